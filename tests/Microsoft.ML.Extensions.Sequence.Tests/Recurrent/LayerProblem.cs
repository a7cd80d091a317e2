using Microsoft.ML.Extensions.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence.Tests.Recurrent;

/// <summary>A random recurrent layer with its inputs, run in single or double precision, and all that came out.</summary>
internal sealed record LayerProblem(RecurrentLayerOptions Options, int[] Lengths, int Steps)
{
    private ulong Seed => (ulong)((Options.HiddenSize * 1000) + Steps);

    /// <summary>By the fused kernel where it serves.</summary>
    public Tensor[] Fused() => Run(Options, ScalarType.Float32);

    /// <summary>By the reference, in double precision.</summary>
    public Tensor[] Reference() => Run(Options with { Stepwise = true }, ScalarType.Float64);

    /// <summary>Outputs, last state, the gradients of input, first state and all weights.</summary>
    private Tensor[] Run(RecurrentLayerOptions options, ScalarType type)
    {
        var layer = new RecurrentLayer(options, new Generator(Seed));
        foreach (var (name, parameter) in layer.named_parameters().Where(pair => pair.name is not ("inputWeight" or "recurrentWeight")))
        {
            // Biases and peepholes begin at zero or one, where much would go unnoticed.
            using var noGrad = no_grad();
            parameter.copy_(randn(parameter.shape, generator: new Generator((ulong)name.Length)).Scaled(0.5));
        }
        layer.to(type);
        Tensor Leaf(ulong seed, params long[] size) => Tensors.Random(Seed + seed, size).to(type).requires_grad_();
        var (x, initial) = (Leaf(1, Lengths.Length, Steps, options.InputSize), Leaf(2, States, Lengths.Length, options.HiddenSize));
        var (hidden, last) = layer.Resume(x, Lengths, initial);
        var loss = (hidden * Tensors.Random(Seed + 3, hidden.shape).to(type)).sum()
            .Plus((last * Tensors.Random(Seed + 4, last.shape).to(type)).sum());
        loss.backward();
        return [hidden, last, x.grad!, initial.grad!, .. layer.parameters().Select(parameter => parameter.grad!)];
    }

    private long States => Options.Cell == RecurrentCell.Lstm ? 2 : 1;

    public static void AssertClose(Tensor[] expected, Tensor[] actual, double tolerance, string what)
    {
        Assert.HasCount(expected.Length, actual);
        for (var i = 0; i < expected.Length; i++)
        {
            Tensors.AssertClose(expected[i], actual[i], tolerance, $"{what}, output {i}");
        }
    }
}
