using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Tests;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence.Tests.Lssl;

[TestClass]
public sealed class LsslBlockTests
{
    [TestMethod]
    [DataRow(StateMatrix.LegS)]
    [DataRow(StateMatrix.DiagonalLegS)]
    public void Dynamics_HaveTheirOwnRatesAndNoDecay(StateMatrix matrix)
    {
        using var scope = NewDisposeScope();
        var options = Options(matrix);
        (options.StateLearningRate, options.TimescaleLearningRate, options.Training.LearningRate) = (1e-4, 1e-3, 1e-2);
        var block = Block(options);
        foreach (var (name, parameter) in block.named_parameters())
        {
            var isTimescale = name is "lssl.forwards.logTimescale" or "lssl.backwards.logTimescale";
            var isMatrix = name.StartsWith("lssl.forwards.matrix", StringComparison.Ordinal)
                || name.StartsWith("lssl.backwards.matrix", StringComparison.Ordinal);
            Assert.AreEqual(isTimescale ? 0.1 : isMatrix ? 0.01 : 1, block.RateFactor(name), 1e-12, name);
            Assert.AreEqual(!isTimescale && !isMatrix, block.Decays(name, parameter), name);
        }
        Assert.IsTrue(block.named_parameters().Any(named => named.name.Contains(".matrix", StringComparison.Ordinal)));
    }

    [TestMethod]
    [DataRow(0, false, false)]
    [DataRow(3, false, true)]
    [DataRow(0, true, false)]
    public void Advance_EqualsForwardInScoring(int convolution, bool gated, bool normBefore)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var state = new StreamState();
        var options = Options(StateMatrix.DiagonalLegS);
        (options.Bidirectional, options.ConvolutionWidth, options.GatedMixing, options.NormBefore) = (
            false, convolution, gated, normBefore);
        var block = Block(options);
        block.eval();
        var steps = Random(2, 12, 4);
        var advanced = cat([block.Advance(steps.narrow(1, 0, 5), state), block.Advance(steps.narrow(1, 5, 7), state)], 1);
        TensorAssert.AreClose(block.call(steps, new InputBatch(steps, [12, 12])), advanced, Tolerance.Single);
        Assert.IsNull(block.StreamingObstacle);
    }

    [TestMethod]
    public void Bidirectional_CannotGoStepByStepAndSaysSo()
    {
        using var scope = NewDisposeScope();
        StringAssert.Contains(Block(Options(StateMatrix.LegS)).StreamingObstacle, nameof(LsslOptions.Bidirectional));
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(4)]
    public void Padding_ChangesNoValidStep(int convolution)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var options = Options(StateMatrix.DiagonalLegS);
        options.ConvolutionWidth = convolution;
        var block = Block(options);
        block.eval();
        var steps = Random(1, 9, 4);
        var padded = cat([steps, Random(1, 7, 4)], 1);
        var expected = block.call(steps, new InputBatch(steps, [9]));
        TensorAssert.AreClose(expected, block.call(padded, new InputBatch(padded, [9])).narrow(1, 0, 9), Tolerance.Single);
    }

    private static LsslOptions Options(StateMatrix matrix) => new() { HiddenSize = 4, StateSize = 6, StateMatrix = matrix, Dropout = 0 };

    private static LsslBlock Block(LsslOptions options) => new(options, new RandomSource(), new Generator(3));

    private static Tensor Random(params long[] size) => randn(size, generator: new Generator(9));
}
