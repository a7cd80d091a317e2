using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Numerics;

namespace Microsoft.ML.Extensions.Managed;

/// <summary>
/// The largest number of each channel in windows of images with their channels last, <c>[N, H, W, C]</c> to <c>[N, H / stride, W / stride, C]</c>, rounded up. What lies
/// beside an image does not count.
/// </summary>
/// <param name="kernels">The kernels.</param>
/// <param name="image">The shape of an image.</param>
/// <param name="side">Of a window.</param>
/// <param name="stride">From a window to the next, at most its side.</param>
/// <param name="before">How far the first window begins before the image, less than its side.</param>
internal sealed unsafe class ManagedImagePool(LaneKernels kernels, FrameShape image, int side, int stride, int before = 0)
{
    /// <summary>The shape of an output.</summary>
    public FrameShape Output { get; } =
        image with { Height = (int)(((long)image.Height + stride - 1) / stride), Width = (int)(((long)image.Width + stride - 1) / stride) };

    /// <summary>Computes images.</summary>
    /// <param name="count">N.</param>
    /// <param name="images"><c>[N, H, W, C]</c>.</param>
    /// <param name="output">Receives the outputs; not the images.</param>
    /// <param name="scratch">The thread's memory.</param>
    public void Run(int count, float* images, float* output, Scratch scratch)
    {
        using var mark = scratch.Begin();
        var line = image.Width * image.Channels;
        var highest = scratch.Take(line);
        for (nint own = 0; own < count; own++, images += image.Values)
        {
            for (var y = 0; y < Output.Height; y++, output += Output.Width * Output.Channels)
            {
                var (top, bottom) = Window(y, image.Height);
                Largest(images + ((nint)top * line), line, bottom - top, line, highest);
                for (nint x = 0; x < Output.Width; x++)
                {
                    var (left, right) = Window((int)x, image.Width);
                    Largest(highest + ((nint)left * image.Channels), image.Channels, right - left, image.Channels, output + (x * image.Channels));
                }
            }
        }
    }

    private (int From, int End) Window(int index, int length)
    {
        var from = (index * stride) - before;
        return (Math.Max(0, from), (int)Math.Min(length, (long)from + side));
    }

    // Of rows of numbers.
    private void Largest(float* rows, nint apart, int count, int length, float* target)
    {
        new Span<float>(rows, length).CopyTo(new Span<float>(target, length));
        for (nint row = 1; row < count; row++)
        {
            kernels.Largest(length, rows + (row * apart), target);
        }
    }
}
