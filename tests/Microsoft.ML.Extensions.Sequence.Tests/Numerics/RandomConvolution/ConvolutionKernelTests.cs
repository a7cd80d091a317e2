using Microsoft.ML.Extensions.Numerics.RandomConvolution;

namespace Microsoft.ML.Extensions.Sequence.Tests.Numerics.RandomConvolution;

/// <summary>
/// The fast features against the readable ones, bit for bit: as these are scalar, the fast ones are the same for every width of vectors.
/// </summary>
[TestClass]
public sealed class ConvolutionKernelTests
{
    private static readonly ConvolutionPooling[] s_poolings = Enum.GetValues<ConvolutionPooling>();

    [TestMethod]
    public void Features_OfEveryLengthUpTo70_EqualTheReference()
    {
        for (var steps = 1; steps <= 70; steps++)
        {
            AssertEqualsReference(steps, channels: 1 + (steps % 3), fitting: 40, s_poolings[steps % s_poolings.Length]);
        }
    }

    [TestMethod]
    [DataRow(1, 1)]
    [DataRow(8, 3)]
    [DataRow(9, 30)]
    [DataRow(1021, 2)]
    public void Features_OfEveryPooling_EqualTheReference(int steps, int channels)
    {
        foreach (var pooling in s_poolings)
        {
            AssertEqualsReference(steps, channels, fitting: steps, pooling);
        }
    }

    [TestMethod]
    public void DilationsFarBeyondTheSeries_ReadZeros()
    {
        foreach (var pooling in s_poolings)
        {
            AssertEqualsReference(37, channels: 1, fitting: 100_000, pooling);
        }
        var bank = new ConvolutionBank([int.MaxValue], [1], [.. Enumerable.Range(1, TapTriples.Count)], new int[TapTriples.Count]);
        AssertEqualsReference(bank, Series(20, 1), 20, ConvolutionPooling.Four);
    }

    [TestMethod]
    public void ConstantSeries_ExceedsABiasThroughoutOrNowhere()
    {
        var bank = Bank(1, 20, 1);
        bank.Biases.AsSpan().Fill(-1);
        var features = new float[(int)ConvolutionPooling.Four * bank.Count];
        ConvolutionKernel.Features(bank, ConvolutionPooling.Four, new float[20], 20, features, Scratch(bank, 20, 1));
        for (var i = 0; i < features.Length; i += 4)
        {
            Assert.AreEqual(1, features[i]);
            Assert.AreEqual(0.5f, features[i + 2]);
            Assert.AreEqual(1, features[i + 3]);
        }
    }

    [TestMethod]
    public void AllFeatures_LieFrom0To1()
    {
        var bank = Bank(1, 50, 2);
        var series = Series(50, 2);
        series[17] = 1e6f;
        var features = new float[(int)ConvolutionPooling.Four * bank.Count];
        ConvolutionKernel.Features(bank, ConvolutionPooling.Four, series, 50, features, Scratch(bank, 50, 2));
        Assert.IsTrue(features.All(feature => feature is >= 0 and <= 1));
    }

    private static void AssertEqualsReference(int steps, int channels, int fitting, ConvolutionPooling pooling) =>
        AssertEqualsReference(Bank(steps, fitting, channels), Series(steps, channels), steps, pooling);

    private static void AssertEqualsReference(ConvolutionBank bank, float[] series, int steps, ConvolutionPooling pooling)
    {
        var fast = new float[(int)pooling * bank.Count];
        ConvolutionKernel.Features(bank, pooling, series, steps, fast, Scratch(bank, steps, series.Length / steps));
        var slow = ConvolutionReference.Features(bank, pooling, series, steps);
        Assert.IsTrue(slow.AsSpan().SequenceEqual(fast), $"{steps} steps, {pooling}");
    }

    private static ConvolutionScratch Scratch(ConvolutionBank bank, int steps, int channels)
    {
        var scratch = new ConvolutionScratch();
        scratch.Reserve(steps, channels, bank.Padding(steps));
        return scratch;
    }

    private static ConvolutionBank Bank(int seed, int fitting, int channels)
    {
        var random = new Random(seed);
        var bank = ConvolutionBank.Draw(random, fitting, channels, 84 * 5);
        for (var i = 0; i < bank.Count; i++)
        {
            bank.Biases[i] = (float)(2 * (random.NextDouble() - 0.5));
        }
        for (var i = 0; i < bank.Convolutions; i++)
        {
            bank.Spreads[i] = (float)random.NextDouble();
        }
        return bank;
    }

    private static float[] Series(int steps, int channels)
    {
        var random = new Random(steps);
        return [.. Enumerable.Range(0, steps * channels).Select(_ => (float)(random.NextDouble() - 0.5))];
    }
}
