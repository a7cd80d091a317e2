using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Sequence;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Benchmarks;

/// <summary>A mode of computing an LSSL.</summary>
/// <param name="Name">The name in the table.</param>
/// <param name="Matrix">The state matrix.</param>
/// <param name="Kernel">The kernel.</param>
/// <param name="Learn">The learned parts.</param>
internal sealed record KernelPath(string Name, StateMatrix Matrix, LsslKernel Kernel, LsslLearning Learn)
{
    public static IReadOnlyList<KernelPath> All { get; } =
    [
        new("dense Krylov", StateMatrix.LegS, LsslKernel.DenseKrylov, LsslLearning.All),
        new("structured", StateMatrix.LegS, LsslKernel.Structured, LsslLearning.All),
        new("fixed, cached", StateMatrix.LegS, LsslKernel.Structured, LsslLearning.None),
        new("Vandermonde, fused", StateMatrix.DiagonalLegS, LsslKernel.Vandermonde, LsslLearning.All),
    ];

    /// <summary>One kernel forward and backward.</summary>
    public Timing Build(LsslShape shape)
    {
        using var scope = NewDisposeScope();
        using var system = StateSpace.Create(Options(shape), new Generator(1));
        using var cotangent = randn([shape.Features, 1, shape.Steps], generator: new Generator(3));
        return Timing.Of(() =>
        {
            using var inner = NewDisposeScope();
            system.zero_grad();
            system.call(shape.Steps).backward([cotangent]);
        });
    }

    /// <summary>A whole layer forward and backward, by convolution.</summary>
    public Timing Convolution(LsslShape shape) => Step(shape, (layer, x) => layer.call(x));

    /// <summary>The same by recurrence, one step of tensor operations after the other.</summary>
    public Timing Recurrence(LsslShape shape) => Step(shape, (layer, x) =>
    {
        using var state = new StreamState();
        return layer.Advance(x, state);
    });

    private Timing Step(LsslShape shape, Func<LsslLayer, Tensor, Tensor> forward)
    {
        using var scope = NewDisposeScope();
        using var layer = new LsslLayer(Options(shape), new Generator(1));
        using var x = randn([shape.Batch, shape.Steps, shape.Features], generator: new Generator(2)).requires_grad_();
        using var cotangent = randn([shape.Batch, shape.Steps, shape.Features], generator: new Generator(3));
        return Timing.Of(() =>
        {
            using var inner = NewDisposeScope();
            layer.zero_grad();
            x.grad = null;
            forward(layer, x).backward([cotangent]);
        });
    }

    private LsslOptions Options(LsslShape shape) => new()
    {
        HiddenSize = shape.Features,
        StateSize = shape.States,
        StateMatrix = Matrix,
        Kernel = Kernel,
        Learn = Learn,
        Bidirectional = false,
    };
}

/// <summary>The sizes of a layer: B, T, H and N.</summary>
internal readonly record struct LsslShape(int Batch, int Steps, int Features, int States)
{
    public override string ToString() => $"{Batch}, {Steps}, {Features}, {States}";
}
