using Microsoft.ML.Extensions.Numerics.RandomConvolution;

namespace Microsoft.ML.Extensions.Sequence.Tests.Numerics.RandomConvolution;

[TestClass]
public sealed class ConvolutionBankTests
{
    [TestMethod]
    public void Kernels_AreAllChoicesOfThreeTapsOfNine()
    {
        Assert.HasCount(TapTriples.Count, TapTriples.All.Distinct());
        Assert.IsTrue(TapTriples.All.All(taps => taps.First < taps.Second && taps.Second < taps.Third && taps.Third < TapTriples.Taps));
        Assert.AreEqual((0, 1, 2), TapTriples.All[0]);
        Assert.AreEqual((6, 7, 8), TapTriples.All[^1]);
    }

    [TestMethod]
    [DataRow(1, 10_000)]
    [DataRow(9, 84)]
    [DataRow(24, 10_000)]
    [DataRow(427, 10_000)]
    [DataRow(100_000, 3_000)]
    public void Dilations_AscendFromOne_AsFarAsTheSeriesReaches(int steps, int biases)
    {
        var bank = ConvolutionBank.Draw(new Random(1), steps, 1, biases);
        Assert.AreEqual(1, bank.Dilations[0]);
        CollectionAssert.AreEqual(bank.Dilations.Order().Distinct().ToArray(), bank.Dilations);
        Assert.IsLessThanOrEqualTo(Math.Max(1, (steps - 1) / 8), bank.Dilations[^1]);
        Assert.AreEqual(biases / 84 * 84, bank.Count);
        if (biases >= 84 * 32)
        {
            Assert.IsGreaterThanOrEqualTo(Math.Max(1, ((steps - 1) / 8) - 1), bank.Dilations[^1]);
        }
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(5)]
    [DataRow(300)]
    public void Channels_AreOneToNine_EachOnce(int channels)
    {
        var bank = ConvolutionBank.Draw(new Random(1), 200, channels, 10_000);
        var counts = new int[10];
        for (var i = 0; i < bank.Convolutions; i++)
        {
            var own = bank.ChannelsOf(i).ToArray();
            CollectionAssert.AreEqual(own.Order().Distinct().ToArray(), own);
            Assert.IsTrue(own.All(channel => channel >= 0 && channel < channels));
            counts[own.Length]++;
        }
        Assert.AreEqual(0, counts[0]);
        for (var count = 1; count <= Math.Min(9, channels); count++)
        {
            Assert.IsGreaterThan(0, counts[count], $"{count} of {channels} channels");
        }
    }

    [TestMethod]
    public void HalfOfTheConvolutions_Pad_UnlessTheSeriesIsTooShort()
    {
        Assert.AreEqual(42, Enumerable.Range(0, 84).Count(ConvolutionBank.Pads));
        Assert.AreEqual((0, 30), ConvolutionBank.Outputs(0, 2, 30));
        Assert.AreEqual((8, 14), ConvolutionBank.Outputs(1, 2, 30));
        Assert.AreEqual((8, 1), ConvolutionBank.Outputs(1, 2, 17));
        Assert.AreEqual((0, 16), ConvolutionBank.Outputs(1, 2, 16));
        Assert.AreEqual((0, 1), ConvolutionBank.Outputs(1, int.MaxValue, 1));
    }
}
