using Microsoft.ML.Extensions.Numerics.RandomConvolution;

namespace Microsoft.ML.Extensions.Sequence.Tests.Numerics.RandomConvolution;

[TestClass]
public sealed class SeriesFeaturesTests
{
    [TestMethod]
    public void Features_DependOnTheRowAlone_NotOnWhatTheScratchHeld()
    {
        float[][] rows = [Row(200, 2, 1), Row(3, 2, 2), Row(90, 2, 3), Row(1, 2, 4)];
        var drawn = Draw(rows, 2, ConvolutionPooling.Four, differences: true);
        var scratch = new ConvolutionScratch();
        foreach (var row in rows)
        {
            CollectionAssert.AreEqual(Features(drawn, row, new ConvolutionScratch()), Features(drawn, row, scratch));
        }
    }

    [TestMethod]
    public void Biases_AreQuantilesOfARowsOutputs_SpreadEvenly()
    {
        float[][] rows = [Row(500, 1, 1)];
        var features = Features(Draw(rows, 1, ConvolutionPooling.Share, differences: false), rows[0], new ConvolutionScratch());
        Array.Sort(features);
        for (var i = 1; i < 10; i++)
        {
            Assert.AreEqual(i / 10.0, features[features.Length * i / 10], 0.03);
        }
    }

    [TestMethod]
    public void Channels_AreStandardised()
    {
        // Numbers that floats hold exactly, before and after.
        float[][] rows = [[.. Row(40, 2, 1).Select(value => MathF.Round(value * 1024) / 1024)]];
        var drawn = Draw(rows, 2, ConvolutionPooling.Four, differences: true);
        float[] scaled = [.. rows[0].Select((value, i) => i % 2 == 0 ? (4 * value) + 8 : value)];
        CollectionAssert.AreEqual(
            Features(drawn, rows[0], new ConvolutionScratch()),
                Features(drawn with { Means = [8, 0], Scales = [4, 1] }, scaled, new ConvolutionScratch()));
    }

    [TestMethod]
    public void Differences_AreThoseOfNeighbouringSteps_AndZeroForASingleStep()
    {
        float[][] rows = [Row(60, 1, 1)];
        var drawn = Draw(rows, 1, ConvolutionPooling.Share, differences: true);
        var series = Row(60, 1, 5);
        float[] differences = [.. series.Skip(1).Zip(series, (next, value) => next - value)];
        var own = Features(drawn, series, new ConvolutionScratch())[drawn.Values.Count..];
        CollectionAssert.AreEqual(
            ConvolutionReference.Features(drawn.Differences!, ConvolutionPooling.Share, differences, differences.Length), own);
        var single = Features(drawn, [3], new ConvolutionScratch())[drawn.Values.Count..];
        CollectionAssert.AreEqual(ConvolutionReference.Features(drawn.Differences!, ConvolutionPooling.Share, [0], 1), single);
    }

    [TestMethod]
    public void DrawingStops_WhenCancelled()
    {
        float[][] rows = [Row(60, 1, 1)];
        var looks = 0;
        Assert.ThrowsExactly<OperationCanceledException>(() => SeriesFeatures.Draw(
            new Random(1), 5000, ConvolutionPooling.Share, false, [0], [1], 1, row => rows[row], 60,
            () => _ = ++looks > 3 ? throw new OperationCanceledException() : 0));
    }

    private static SeriesFeatures Draw(float[][] rows, int channels, ConvolutionPooling pooling, bool differences) =>
        SeriesFeatures.Draw(
            new Random(1), 5000, pooling, differences, new float[channels], [.. Enumerable.Repeat(1f, channels)],
            rows.Length, row => rows[row], rows.Max(row => row.Length) / channels, () => { });

    private static float[] Features(SeriesFeatures drawn, float[] row, ConvolutionScratch scratch)
    {
        var features = new float[drawn.Count];
        drawn.Compute(row, features, scratch);
        return features;
    }

    private static float[] Row(int steps, int channels, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, steps * channels).Select(_ => (float)(random.NextDouble() - 0.5))];
    }
}
