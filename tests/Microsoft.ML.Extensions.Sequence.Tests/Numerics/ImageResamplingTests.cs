using Microsoft.ML.Extensions.Numerics;
using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Sequence.Tests.Numerics;

[TestClass]
public sealed class ImageResamplingTests
{
    [TestMethod]
    public void SameSize_ChangesNothing()
    {
        var image = Image(5, 7);
        CollectionAssert.AreEqual(image, Resized(image, 5, 7, 5, 7));
    }

    [TestMethod]
    [DataRow(3, 4)]
    [DataRow(11, 13)]
    [DataRow(1, 1)]
    public void EvenColor_StaysSo(int height, int width)
    {
        var image = Enumerable.Repeat(0.25f, 35).ToArray();
        Closeness.AssertClose(
            [.. Enumerable.Repeat(0.25, height * width)], Resized(image, 5, 7, height, width), Tolerance.Single, "pixels");
    }

    [TestMethod]
    public void Ramp_StaysARamp()
    {
        float[] ramp = [.. Enumerable.Range(0, 16).Select(x => (float)x)];
        var half = Resized(ramp, 1, 16, 1, 8);
        for (var x = 1; x < 7; x++)
        {
            Assert.AreEqual((2 * x) + 0.5, half[x], Tolerance.Single * 16);
        }
    }

    [TestMethod]
    public void Shrinking_SkipsNoPixel()
    {
        for (var at = 0; at < 64; at++)
        {
            var image = new float[64];
            image[at] = 1;
            Assert.IsTrue(Resized(image, 8, 8, 2, 2).Any(value => value > 0), $"pixel {at} is lost");
        }
    }

    [TestMethod]
    public void Growing_InterpolatesBetweenPixels() =>
        Closeness.AssertClose([0, 0.25, 0.75, 1], Resized([0, 1], 1, 2, 1, 4), Tolerance.Single, "pixels");

    [TestMethod]
    public void Directions_AreNotMixedUp()
    {
        var image = Image(4, 6);
        var turned = Enumerable.Range(0, 24).Select(i => image[(i % 4 * 6) + (i / 4)]).ToArray();
        var (small, smallTurned) = (Resized(image, 4, 6, 2, 3), Resized(turned, 6, 4, 3, 2));
        for (var i = 0; i < 6; i++)
        {
            Assert.AreEqual(small[(i % 2 * 3) + (i / 2)], smallTurned[i], Tolerance.Single);
        }
    }

    private static float[] Image(int height, int width)
    {
        var random = new Random(1);
        return [.. Enumerable.Range(0, height * width).Select(_ => random.NextSingle())];
    }

    private static float[] Resized(float[] image, int height, int width, int toHeight, int toWidth)
    {
        var target = new float[toHeight * toWidth];
        ImageResampling.Resize(image, height, width, target, toHeight, toWidth);
        return target;
    }
}
