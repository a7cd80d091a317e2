using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Managed;
using Microsoft.ML.Extensions.Numerics;
using Microsoft.ML.Extensions.Numerics.Recurrence;

namespace Microsoft.ML.Extensions.Core.Tests.Managed;

[TestClass]
public sealed unsafe class ManagedImagePoolTests
{
    private const int Count = 2;

    [TestMethod]
    [DataRow(3, 6, 8, 2, 2, 0)]
    [DataRow(3, 7, 5, 2, 2, 0)]
    [DataRow(20, 1, 9, 2, 2, 0)]
    [DataRow(3, 7, 8, 3, 2, 1)]
    [DataRow(3, 1, 1, 3, 2, 1)]
    [DataRow(3, 5, 4, 9, 9, 0)]
    public void Windows_GiveTheirLargest_AndNothingLiesBesideAnImage(int channels, int height, int width, int side, int stride, int before)
    {
        var image = new FrameShape(channels, height, width);
        var random = new Random(1);
        // All are negative, so that a zero from beside the image would be the largest.
        var images = Enumerable.Range(0, Count * image.Values).Select(_ => -1 - random.NextSingle()).ToArray();
        foreach (var lanes in Enum.GetValues<LaneWidth>())
        {
            var pool = new ManagedImagePool(LaneKernels.Of(lanes), image, side, stride, before);
            Assert.AreEqual(new FrameShape(channels, (height + stride - 1) / stride, (width + stride - 1) / stride), pool.Output);
            var output = new float[Count * pool.Output.Values];
            fixed (float* pImages = images, pOutput = output)
            {
                pool.Run(Count, pImages, pOutput, new Scratch());
            }
            for (var i = 0; i < output.Length; i++)
            {
                var (own, pixel, channel) = (i / pool.Output.Values, i % pool.Output.Values / channels, i % channels);
                var (top, left) = ((pixel / pool.Output.Width * stride) - before, (pixel % pool.Output.Width * stride) - before);
                var wanted = Enumerable.Range(0, side * side).Select(at => (Y: top + (at / side), X: left + (at % side)))
                    .Where(at => at.Y >= 0 && at.Y < height && at.X >= 0 && at.X < width)
                    .Max(at => images[(own * image.Values) + (((at.Y * width) + at.X) * channels) + channel]);
                Assert.AreEqual(wanted, output[i], $"{lanes}, {i}");
            }
        }
    }
}
