using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence.Tests.Sparsity;

/// <summary>Recurrent layers most of whose blocks are 0, which the fused kernel leaves out: outputs and gradients are those of the layer step by step.</summary>
[TestClass]
public sealed class BlockSparseLayerTests
{
    private const int Hidden = 64;
    private const int Inputs = 40;
    private const int Batch = 7;
    private const int Steps = 9;

    [TestMethod]
    [DataRow(RecurrentCell.Lstm, false)]
    [DataRow(RecurrentCell.Lstm, true)]
    [DataRow(RecurrentCell.Gru, false)]
    [DataRow(RecurrentCell.Elman, true)]
    [DataRow(RecurrentCell.Jordan, false)]
    public void OutputsAndGradients_AreThoseStepByStep(RecurrentCell cell, bool reverse)
    {
        using var scope = NewDisposeScope();
        var (fused, reference) = (Run(cell, reverse, stepwise: false), Run(cell, reverse, stepwise: true));
        foreach (var (one, other) in fused.Zip(reference))
        {
            Assert.IsTrue(one.Zip(other).All(pair => Math.Abs(pair.First - pair.Second) <= 2e-4 * (1 + Math.Abs(pair.Second))));
        }
    }

    private static float[][] Run(RecurrentCell cell, bool reverse, bool stepwise)
    {
        using var layer = new RecurrentLayer(new(Inputs, Hidden, cell, Reverse: reverse, Stepwise: stepwise), new Generator(1));
        foreach (var (_, weight) in layer.named_parameters().Where(named => named.parameter.dim() == 2))
        {
            var values = weight.AsSpan();
            for (var at = 0; at < values.Length; at++)
            {
                var (row, column) = (at / (int)weight.shape[1], at % (int)weight.shape[1]);
                values[at] = ((row / 32) + (column / 8)) % 4 == 0 ? values[at] : 0;
            }
        }
        var x = randn([Batch, Steps, Inputs], generator: new Generator(2)).requires_grad_();
        var outputs = layer.call(x, [9, 3, 9, 1, 7, 9, 5]);
        outputs.backward([randn(outputs.shape, generator: new Generator(3))]);
        return [Numbers(outputs), Numbers(x.grad!), .. layer.parameters().Select(parameter => Numbers(parameter.grad!))];
    }

    private static float[] Numbers(Tensor tensor) => tensor.detach().contiguous().data<float>().ToArray();
}
