using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Managed;
using Microsoft.ML.Extensions.Numerics;
using Microsoft.ML.Extensions.Numerics.Recurrence;

namespace Microsoft.ML.Extensions.Core.Tests.Managed;

[TestClass]
public sealed unsafe class ManagedImageConvolutionTests
{
    private const int Count = 3;

    [TestMethod]
    [DataRow(3, 9, 16, 5, 3, 3, 1)]
    [DataRow(3, 9, 16, 16, 3, 3, 2)]
    [DataRow(1, 20, 21, 4, 7, 7, 2)]
    [DataRow(4, 5, 3, 6, 3, 3, 1)]
    [DataRow(2, 1, 1, 3, 3, 3, 2)]
    [DataRow(5, 6, 7, 8, 1, 1, 1)]
    [DataRow(5, 6, 7, 8, 1, 1, 2)]
    [DataRow(2, 1, 12, 3, 1, 3, 1)]
    [DataRow(2, 12, 1, 3, 3, 1, 1)]
    [DataRow(64, 4, 33, 128, 3, 3, 1)]
    [DataRow(64, 5, 9, 128, 3, 3, 2)]
    public void Images_AreConvolved_WithAnyWidthOfLanes(int channels, int height, int width, int outputs, int high, int wide, int stride)
    {
        var image = new FrameShape(channels, height, width);
        var (weight, bias) = (Drawn(outputs * channels * high * wide, 1), Drawn(outputs, 2));
        AssertConvolved(image, weight, bias, (high, wide), stride);
    }

    // Three quarters of the weights are 0, those of the last channel throughout: the product leaves them out.
    [TestMethod]
    [DataRow(16)]
    [DataRow(3)]
    public void ZerosOfTheKernel_AreLeftOut(int width)
    {
        const int channels = 4, outputs = 80;
        var weight = Drawn(outputs * channels * 9, 1);
        for (var i = 0; i < weight.Length; i++)
        {
            weight[i] = i % 4 == 0 && i / 9 % channels < channels - 1 ? weight[i] : 0;
        }
        AssertConvolved(new FrameShape(channels, 5, width), weight, Drawn(outputs, 2), (3, 3), 1);
    }

    [TestMethod]
    [DataRow(3, 9, 16)]
    [DataRow(3, 4, 5)]
    public void Image_HasTheSameBits_BesideAnyImages_AndWithAnyLanes(int channels, int height, int width)
    {
        var image = new FrameShape(channels, height, width);
        var (weight, bias, images) = (Drawn(20 * channels * 9, 1), Drawn(20, 2), Drawn(Count * image.Values, 3));
        var wanted = Run(new ManagedImageConvolution(LaneKernels.Default, image, weight, bias, 20, 3, 3), Count, images, null);
        foreach (var lanes in Enum.GetValues<LaneWidth>().Where(lanes => lanes <= LaneWidths.Widest))
        {
            var layer = new ManagedImageConvolution(LaneKernels.Of(lanes), image, weight, bias, 20, 3, 3);
            CollectionAssert.AreEqual(wanted, images.Chunk(image.Values).SelectMany(own => Run(layer, 1, own, null)).ToArray(), $"{lanes}");
        }
    }

    private static void AssertConvolved(FrameShape image, float[] weight, float[] bias, (int High, int Wide) kernel, int stride)
    {
        var images = Drawn(Count * image.Values, 3);
        foreach (var lanes in Enum.GetValues<LaneWidth>())
        {
            var layer = new ManagedImageConvolution(
                LaneKernels.Of(lanes), image, weight, bias, bias.Length, kernel.High, kernel.Wide, stride, LaneActivation.Relu);
            var residual = Drawn(Count * layer.Output.Values, 4);
            var wanted = Reference(image, weight, bias, kernel, stride, images);
            Assert.AreEqual(wanted.Length, Count * layer.Output.Values, "values");
            Assert.AreEqual((long)weight.Length * layer.Output.Height * layer.Output.Width, layer.Work, "work");
            var got = Run(layer, Count, images, residual);
            for (var i = 0; i < wanted.Length; i++)
            {
                Assert.AreEqual(Math.Max(0, wanted[i]) + residual[i], got[i], 1e-4, $"{lanes}, {i}");
            }
        }
    }

    private static float[] Run(ManagedImageConvolution layer, int count, float[] images, float[]? residual)
    {
        var output = new float[count * layer.Output.Values];
        fixed (float* pImages = images, pOutput = output, pResidual = residual)
        {
            layer.Run(count, pImages, pOutput, UsedScratch(), pResidual);
        }
        return output;
    }

    // Memory that others have used is no zeros.
    private static Scratch UsedScratch()
    {
        const int numbers = 1 << 16;
        var scratch = new Scratch();
        using var mark = scratch.Begin();
        new Span<float>(scratch.Take(numbers), numbers).Fill(float.NaN);
        return scratch;
    }

    private static double[] Reference(FrameShape image, float[] weight, float[] bias, (int High, int Wide) kernel, int stride, float[] images)
    {
        var wanted = new List<double>();
        foreach (var own in images.Chunk(image.Values))
        {
            for (var y = 0; y < image.Height; y += stride)
            {
                for (var x = 0; x < image.Width; x += stride)
                {
                    wanted.AddRange(bias.Select((summand, output) => summand + Window(output, y, x)));
                }
            }

            double Window(int output, int y, int x)
            {
                var sum = 0.0;
                for (var i = 0; i < image.Channels * kernel.High * kernel.Wide; i++)
                {
                    var (channel, dy, dx) = (i / (kernel.High * kernel.Wide), (i / kernel.Wide % kernel.High) - (kernel.High / 2), (i % kernel.Wide) - (kernel.Wide / 2));
                    var isInside = y + dy >= 0 && y + dy < image.Height && x + dx >= 0 && x + dx < image.Width;
                    sum += isInside
                        ? (double)weight[(output * image.Channels * kernel.High * kernel.Wide) + i] * own[((((y + dy) * image.Width) + x + dx) * image.Channels) + channel] : 0;
                }
                return sum;
            }
        }
        return [.. wanted];
    }

    private static float[] Drawn(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (2 * random.NextSingle()) - 1)];
    }
}
