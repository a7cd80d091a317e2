using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Onnx;
using Microsoft.ML.Extensions.Torch;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>A weighted sum of standardised numbers, <c>[..., F]</c> to <c>[...]</c>.</summary>
internal sealed class NumberScore : nn.Module<Tensor, Tensor>
{
    private readonly Parameter weight;
    private readonly Tensor mean;
    private readonly Tensor scale;

    public NumberScore(int numbers)
        : base(nameof(NumberScore))
    {
        NetworkMemory.Ask(2, numbers);
        weight = Initial.Zeros(numbers);
        mean = zeros(numbers);
        scale = ones(numbers);
        register_buffer(nameof(mean), mean);
        register_buffer(nameof(scale), scale);
        RegisterComponents();
    }

    public override Tensor forward(Tensor numbers) => Weighted(Standardized(numbers));

    /// <summary>Numbers less their mean, divided by their deviation.</summary>
    public Tensor Standardized(Tensor numbers) => numbers.Minus(mean) / scale;

    /// <summary>Numbers <c>[N, F]</c> less their mean, divided by their deviation, in ONNX.</summary>
    public OnnxValue Standardized(OnnxGraph graph, OnnxValue numbers) =>
        graph.Over(graph.Minus(numbers, graph.Constant(mean)), graph.Constant(scale));

    /// <summary>The weighted sum of standardised numbers <c>[N, F]</c> in ONNX, <c>[N, 1]</c>.</summary>
    public OnnxValue Weighted(OnnxGraph graph, OnnxValue standardized) => graph.Linear(standardized, weight.unsqueeze(0));

    /// <summary>The weighted sum of standardised numbers.</summary>
    public Tensor Weighted(Tensor standardized) => (standardized * weight).sum(-1);

    /// <summary>Computes mean and deviation of numbers <c>[N, F]</c>; a constant number is not scaled.</summary>
    public void Standardize(Tensor numbers)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        mean.copy_(numbers.mean([0]));
        var deviation = numbers.Minus(mean).Squared().mean([0]).sqrt();
        scale.copy_(where(deviation.gt(Torch.Numbers.Zero), deviation, ones_like(deviation)));
    }

    /// <summary>Fits the weights to minimise a loss of the sum, by Adam with a rate that falls to 0.</summary>
    /// <param name="numbers">The numbers of documents, <c>[B, n, F]</c>.</param>
    /// <param name="loss">The loss of their sums <c>[B, n]</c>.</param>
    /// <param name="checkAlive">Throws when the fit was cancelled.</param>
    public void Solve(Tensor numbers, Func<Tensor, Tensor> loss, Action checkAlive)
    {
        const int steps = 200;
        const double rate = 0.2;
        using var outer = NewDisposeScope();
        var (first, second) = (zeros_like(weight), zeros_like(weight));
        for (var step = 1; step <= steps; step++)
        {
            checkAlive();
            using var scope = NewDisposeScope();
            var gradient = loss(forward(numbers)).Gradients([weight])[0]!;
            using var _ = no_grad();
            var move = Numerics.AdamStep.Of(step, rate * (1 - ((step - 1.0) / steps)), 0, decoupled: true);
            move.Apply(weight.AsSpan(), gradient.contiguous().AsSpan(), first.AsSpan(), second.AsSpan());
            weight.grad = null;
        }
    }
}
