using Microsoft.ML.Extensions.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>
/// Coordinates of the residual stream after a layer's attention in which a length is the change of the targets that it makes:
/// <c>y = C^(1/2) x</c>, <c>C = E[g g^T]</c> of the targets' gradients g there. What no later part reads is nothing in them.
/// </summary>
/// <remarks>Our own: the squared length of x is the mean square of <c>g x</c>, the change that x makes to first order.</remarks>
internal sealed class SensitivitySpace : IDisposable
{
    // Multiplications between two looks at whether to go on.
    private const double Together = 5e9;

    private SensitivitySpace(Tensor root) => Root = root;

    /// <summary><c>C^(1/2)</c>, <c>[D, D]</c>, symmetric.</summary>
    public Tensor Root { get; }

    /// <summary>The space of gradients.</summary>
    /// <param name="gradients"><c>[N, D]</c>.</param>
    /// <param name="checkAlive">Throws where the computation is to stop.</param>
    public static SensitivitySpace Of(Tensor gradients, Action checkAlive)
    {
        using var scope = NewDisposeScope();
        return new SensitivitySpace(MatrixRoot.Of(Squares(gradients, checkAlive), checkAlive).to_type(gradients.dtype).DetachFromDisposeScope());
    }

    /// <summary>The stream's own coordinates.</summary>
    public static SensitivitySpace Plain(int width, Device device) => new(eye(width, dtype: ScalarType.Float32, device: device));

    public void Dispose() => Root.Dispose();

    // C, of some rows at a time.
    private static Tensor Squares(Tensor gradients, Action checkAlive)
    {
        using var scope = NewDisposeScope();
        var (count, width) = (gradients.shape[0], gradients.shape[1]);
        var sum = zeros([width, width], ScalarType.Float64, gradients.device);
        var together = Math.Max(1, (long)(Together / ((double)width * width)));
        for (var start = 0L; start < count; start += together)
        {
            checkAlive();
            using var step = NewDisposeScope();
            var rows = gradients.narrow(0, start, Math.Min(together, count - start)).to_type(ScalarType.Float64);
            sum.add_(rows.t().mm(rows), Numbers.One);
        }
        using Scalar total = (double)count;
        return sum.div_(total).MoveToOuterDisposeScope();
    }
}
