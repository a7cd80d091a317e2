using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Tests;
using Microsoft.ML.Extensions.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence.Tests.Transformer;

/// <summary>
/// The block: step by step the same as at once where causal, equivariant without places, and its parts are there as the options say.
/// </summary>
[TestClass]
public sealed class SingleLayerTransformerBlockTests
{
    private const int Batch = 2, Steps = 19, Channels = 8;

    [TestMethod]
    [DataRow(0, true, true)]
    [DataRow(4, true, true)]
    [DataRow(4, false, false)]
    public void Advance_OfACausalBlock_AfterEveryStep_EqualsForward(int convolution, bool positions, bool norm)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var block = Block(new() { Causal = true, ConvolutionWidth = convolution, PositionFeatures = positions, LayerNorm = norm });
        var steps = Tensors.Random(1, Batch, Steps, Channels);
        using var state = new StreamState();
        var expected = block.call(steps, new InputBatch(steps, [Steps, Steps]));
        for (var t = 0; t < Steps; t++)
        {
            Tensors.AssertClose(expected.narrow(1, t, 1), block.Advance(steps.narrow(1, t, 1), state), Tolerance.Single, $"step {t}");
            state.Move(1);
        }
    }

    [TestMethod]
    public void StreamingObstacle_OfABlockThatSeesAllSteps_SaysWhatToSet()
    {
        using var scope = NewDisposeScope();
        StringAssert.Contains(Block(new()).StreamingObstacle, nameof(SingleLayerTransformerOptions.Causal));
        Assert.IsNull(Block(new() { Causal = true }).StreamingObstacle);
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void Output_OfExchangedSteps_IsExchanged_ExactlyWithoutPlaces(bool norm)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var steps = Tensors.Random(1, 1, Steps, Channels);
        double Residual(bool positions)
        {
            var block = Block(new() { ConvolutionWidth = 0, PositionFeatures = positions, LayerNorm = norm });
            block.to(ScalarType.Float64);
            Tensor Run(Tensor input) => block.call(input, new InputBatch(input, [Steps]));
            var exact = steps.to(ScalarType.Float64);
            return (Run(exact.flip(1)) - Run(exact).flip(1)).abs().max().Item<double>();
        }
        Assert.IsLessThan(Tolerance.Double, Residual(positions: false));
        Assert.IsGreaterThan(1e-2, Residual(positions: true));
    }

    [TestMethod]
    [DataRow(0, false)]
    [DataRow(5, false)]
    [DataRow(4, false)]
    [DataRow(4, true)]
    public void Padding_WhateverItHolds_ChangesNoValidStep(int convolution, bool causal)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var block = Block(new() { ConvolutionWidth = convolution, Causal = causal });
        var steps = Tensors.Random(1, 1, Steps, Channels);
        var cut = steps.narrow(1, 0, 7).clone();
        var alone = block.call(cut, new InputBatch(cut, [7]));
        steps.narrow(1, 7, Steps - 7).Fill(50);
        Tensors.AssertClose(alone, block.call(steps, new InputBatch(steps, [7])).narrow(1, 0, 7), Tolerance.Single);
    }

    [TestMethod]
    public void Options_DecideWhatIsThere()
    {
        using var scope = NewDisposeScope();
        string[] Names(SingleLayerTransformerOptions options) => [.. Block(options).named_parameters().Select(p => p.name)];
        var bare = Names(new() { ConvolutionWidth = 0, LayerNorm = false });
        Assert.IsTrue(Array.TrueForAll(bare, name => name.StartsWith("attention.", StringComparison.Ordinal)
            || name.StartsWith("feedForward.", StringComparison.Ordinal)));
        Assert.Contains("attentionNorm.weight", Names(new() { ConvolutionWidth = 0, LayerNorm = true }));
        Assert.Contains("convolution.weight", Names(new() { ConvolutionWidth = 3, LayerNorm = false }));
    }

    [TestMethod]
    [DataRow(0, 4)]
    [DataRow(3, 3)]
    public void KeyWidth_OfZero_IsTheHiddenSizeOverTheHeads(int asked, int width)
    {
        using var scope = NewDisposeScope();
        var weights = Block(new() { KeyWidth = asked }).named_parameters().ToDictionary(p => p.name, p => p.parameter);
        CollectionAssert.AreEqual(new long[] { 2 * width, Channels }, weights["attention.key"].shape);
        CollectionAssert.AreEqual(new long[] { Channels, 2 * width }, weights["attention.exit.weight"].shape);
    }

    private static TransformerBlock Block(SingleLayerTransformerOptions options)
    {
        (options.HiddenSize, options.Heads, options.FeedForwardWidth) = (Channels, 2, 12);
        var block = SingleLayerTransformerBlock.Create(options, new RandomSource(), new Generator(7));
        block.eval();
        return block;
    }
}
