using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence.Tests;

[TestClass]
public sealed class PatchFeaturesTests
{
    private const int Grid = 3;

    [TestMethod]
    [DataRow(3, 12, 12)]
    [DataRow(1, 4, 7)]
    [DataRow(3, 40, 33)]
    public void Features_AreThoseOfTheReference(int channels, int height, int width)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var frame = new FrameShape(channels, height, width);
        var images = Images(frame, 20);
        var features = Learned(frame, images);
        var values = features.call(images.SelectMany(image => image).ToArray().ToAligned(images.Length, frame.Values));
        var small = features.Shrink(images[^1].ToAligned(1, frame.Values)).squeeze(0).contiguous();
        var expected = Reference(features, small.AsSpan().ToArray(), channels, (int)small.shape[1], (int)small.shape[2]);
        Assert.HasCount(PatchFeatures.Count, expected);
        Assert.IsGreaterThan(0.1f, expected.Max());
        var found = values[^1].contiguous().AsSpan();
        for (var place = 0; place < expected.Length; place++)
        {
            Assert.AreEqual(expected[place], found[place], 1e-4f, $"{place}");
        }
    }

    [TestMethod]
    public void ImagesAbove32Pixels_AreAveragedDown()
    {
        using var scope = NewDisposeScope();
        var features = new PatchFeatures(new FrameShape(1, 64, 32));
        CollectionAssert.AreEqual(new long[] { 1, 1, 32, 32 }, features.SmallShape);
        float[] image = [.. Enumerable.Range(0, 64 * 32).Select(place => place / 32 % 2 == 0 ? 1f : 0.5f)];
        Assert.IsTrue(features.Shrink(image.ToAligned(1, image.Length)).contiguous().AsSpan().ToArray().All(value => value == 0.75f));
    }

    [TestMethod]
    public void FlatImages_HaveFeaturesOfZero()
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var frame = new FrameShape(3, 12, 12);
        float[][] images = [.. Enumerable.Range(0, 4).Select(index => Enumerable.Repeat(index / 4f, frame.Values).ToArray())];
        var values = Learned(frame, images).call(images[1].ToAligned(1, frame.Values));
        Assert.IsTrue(values.contiguous().AsSpan().ToArray().All(value => value == 0));
    }

    private static PatchFeatures Learned(FrameShape frame, float[][] images)
    {
        var features = new PatchFeatures(frame);
        features.Learn(
            [.. images.Select(image => features.Shrink(image.ToAligned(1, frame.Values)).contiguous().AsSpan().ToArray())], new Random(1), () => { });
        return features;
    }

    private static float[][] Images(FrameShape frame, int count)
    {
        var random = new Random(2);
        return [.. Enumerable.Range(0, count).Select(_ => Enumerable.Range(0, frame.Values).Select(_ => random.NextSingle()).ToArray())];
    }

    // Patch by patch: contrast normalised, the response to each filter, both signs, and the mean of each cell.
    private static float[] Reference(PatchFeatures features, float[] image, int channels, int height, int width)
    {
        var state = features.state_dict();
        var (filters, offset) = (state["filters"], state["offset"].AsSpan().ToArray());
        var (count, high, wide) = (offset.Length, (int)filters.shape[2], (int)filters.shape[3]);
        var weights = filters.contiguous().AsSpan().ToArray();
        var (rows, columns, values) = (height - high + 1, width - wide + 1, channels * high * wide);
        var found = new float[2 * count * Grid * Grid];
        for (var cell = 0; cell < Grid * Grid; cell++)
        {
            var (top, bottom) = Range(cell / Grid, rows);
            var (left, right) = Range(cell % Grid, columns);
            for (var row = top; row < bottom; row++)
            {
                for (var column = left; column < right; column++)
                {
                    float[] patch = [.. Enumerable.Range(0, values).Select(place => image[
                        (((place / (high * wide) * height) + row + (place / wide % high)) * width) + column + (place % wide)])];
                    var mean = patch.Average();
                    var deviation = Math.Sqrt(patch.Average(value => Math.Pow(value - mean, 2)) + 0.003);
                    for (var filter = 0; filter < count; filter++)
                    {
                        var response = offset[filter]
                            + patch.Select((value, place) => (value - mean) / deviation * weights[(filter * values) + place]).Sum();
                        var share = 1.0 / ((bottom - top) * (right - left));
                        found[(filter * Grid * Grid) + cell] += (float)(share * Math.Max(0, response - 0.25));
                        found[((count + filter) * Grid * Grid) + cell] += (float)(share * Math.Max(0, -response - 0.25));
                    }
                }
            }
        }
        return found;
    }

    private static (int From, int To) Range(int cell, int places) => (cell * places / Grid, (((cell + 1) * places) + Grid - 1) / Grid);
}
