using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Tasks;
using Microsoft.ML.Extensions.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Training;

/// <summary>The scores of GraSP: what each weight contributes to the norm of the gradient (Wang, Zhang, Grosse 2020, arXiv 2002.07376, equation 8).</summary>
/// <remarks>
/// The paper removes the weights with the largest <c>-w (H g)</c>, for the gradient g of a batch and its Hessian H; these scores are its negative. H g is the central difference
/// of two gradients along g, which needs no second derivatives, so fused layers have it too; the network is in evaluation mode, without dropout.
/// As in the paper's code, the logits of classes are divided by a temperature of 200. One batch is used, or the first part of one that is computed in parts.
/// </remarks>
internal sealed class GradientSignal(TechniqueContext context, SparseNetwork sparse)
{
    private const double Temperature = 200;

    // The step along the gradient, relative to the norm of the weights: below it rounding dominates, above it curvature does.
    private const double RelativeStep = 5e-3;

    /// <summary>Whether <see cref="Scores"/> is running.</summary>
    public bool IsMeasuring { get; private set; }

    /// <summary>The loss at the temperature, for classes; other losses stay as they are.</summary>
    public OutputLoss Soften(OutputLoss loss) => context.Head is MulticlassHead or BinaryHead
        ? (outputs, labels) => loss(outputs.Scaled(1 / Temperature), labels) : loss;

    /// <summary>The scores; the network and its gradients are as before afterwards, but for gradients, which are 0.</summary>
    /// <param name="loss">The loss of the batch.</param>
    /// <exception cref="InvalidOperationException">The gradient is 0 or not finite.</exception>
    public IReadOnlyList<float[]> Scores(Func<Tensor> loss)
    {
        var network = context.Network;
        using var scope = NewDisposeScope();
        using var own = WeightSnapshot.Of(network);
        network.eval();
        IsMeasuring = true;
        try
        {
            var gradient = Gradient(network, loss);
            var norm = Norm(gradient);
            if (!double.IsFinite(norm) || norm == 0)
            {
                throw new InvalidOperationException(
                    $"Training.Sparsity.Method is {SparsityMethod.GraSP}, and the gradient of the first batch is {(norm == 0 ? "0" : "not finite")}, so it ranks nothing. "
                    + $"Take {SparsityMethod.StaticRandom}, or another initialisation.");
            }
            var length = RelativeStep * Norm([.. sparse.Matrices.Select(matrix => matrix.Parameter.detach())]) / norm;
            Move(gradient, length);
            var ahead = Gradient(network, loss);
            Move(gradient, -2 * length);
            var behind = Gradient(network, loss);
            own.CopyTo(network);
            var curved = sparse.Matrices.Select((matrix, at) => (matrix.Parameter, Product: ahead[at].Minus(behind[at]).Scaled(1 / (2 * length))))
                .ToDictionary(pair => pair.Parameter, pair => pair.Product);
            return sparse.Scores(parameter => parameter.detach() * curved[parameter], signed: true);
        }
        finally
        {
            IsMeasuring = false;
            network.zero_grad();
            network.train();
        }
    }

    private Tensor[] Gradient(Network network, Func<Tensor> loss)
    {
        network.zero_grad();
        loss().backward();
        using var _ = no_grad();
        return [.. sparse.Matrices.Select(matrix => matrix.Parameter.grad?.clone() ?? zeros_like(matrix.Parameter))];
    }

    private void Move(Tensor[] direction, double length)
    {
        using var _ = no_grad();
        using Scalar factor = length;
        foreach (var (matrix, part) in sparse.Matrices.Zip(direction))
        {
            matrix.Parameter.add_(part, factor);
        }
    }

    private static double Norm(Tensor[] tensors) => Math.Sqrt(tensors.Sum(tensor => tensor.to_type(ScalarType.Float64).Squared().sum().Item<double>()));
}
