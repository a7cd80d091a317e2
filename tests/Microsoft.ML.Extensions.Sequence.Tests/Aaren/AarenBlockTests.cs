using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Tests;
using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence.Tests.Aaren;

/// <summary>The block: step by step the same as at once, causal, and its parts are there as the options say.</summary>
[TestClass]
public sealed class AarenBlockTests
{
    private const int Batch = 2, Steps = 19, Channels = 8;

    [TestMethod]
    [DataRow(AttentionKind.Aaren, 0, true)]
    [DataRow(AttentionKind.Aaren, 4, true)]
    [DataRow(AttentionKind.Aaren, 4, false)]
    [DataRow(AttentionKind.CausalSoftmax, 4, true)]
    public void Advance_AfterEveryStep_EqualsForward(AttentionKind kind, int convolution, bool positions)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var block = Block(new() { Attention = kind, ConvolutionWidth = convolution, PositionFeatures = positions });
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
    [DataRow(AttentionKind.Aaren)]
    [DataRow(AttentionKind.CausalSoftmax)]
    public void Output_DoesNotDependOnLaterSteps(AttentionKind kind)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var (block, steps) = (Block(new() { Attention = kind }), Tensors.Random(1, Batch, Steps, Channels));
        var before = block.call(steps, new InputBatch(steps, [Steps, Steps]));
        steps.narrow(1, 11, Steps - 11).neg_();
        Tensors.AssertSameBits(before.narrow(1, 0, 11), block.call(steps, new InputBatch(steps, [Steps, Steps])).narrow(1, 0, 11));
    }

    [TestMethod]
    public void Output_KnowsTheOrderOfThePastByPositionFeaturesOnly()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var steps = Tensors.Random(1, 1, Steps, Channels);
        var turned = cat([steps.narrow(1, 0, Steps - 1).flip(1), steps.narrow(1, Steps - 1, 1)], 1);
        double Difference(bool positions)
        {
            var block = Block(new() { ConvolutionWidth = 0, PositionFeatures = positions });
            Tensor Last(Tensor input) => block.call(input, new InputBatch(input, [Steps])).select(1, Steps - 1);
            return (Last(steps) - Last(turned)).abs().max().Item<float>();
        }
        Assert.IsTrue(Difference(positions: false) < Tolerance.Single);
        Assert.IsTrue(Difference(positions: true) > 1e-2);
    }

    [TestMethod]
    public void ConvolutionWidthOfZero_LeavesTheBlockOfThePaper()
    {
        using var scope = NewDisposeScope();
        string[] Names(int width) => [.. Block(new() { ConvolutionWidth = width }).named_parameters().Select(p => p.name)];
        Assert.IsFalse(Names(0).Any(name => name.StartsWith("convolution", StringComparison.Ordinal)));
        Assert.IsTrue(Names(4).Any(name => name.StartsWith("convolution", StringComparison.Ordinal)));
    }

    [TestMethod]
    public void Aaren_HasALearnedQueryWhereCausalSoftmaxHasAQueryMatrix()
    {
        using var scope = NewDisposeScope();
        long Count(AttentionKind kind) => Block(new() { Attention = kind }).parameters().Sum(parameter => parameter.numel());
        Assert.AreEqual(Channels * Channels, Count(AttentionKind.CausalSoftmax) - Count(AttentionKind.Aaren));
    }

    private static TransformerBlock Block(AarenOptions options)
    {
        (options.HiddenSize, options.Heads) = (Channels, 2);
        var block = AarenBlock.Create(options, index: 0, new RandomSource(), new Generator(7));
        block.eval();
        return block;
    }
}
