using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Numerics;

namespace Microsoft.ML.Extensions.Managed;

/// <summary>
/// A convolution of images with their channels last, <c>[N, H, W, C]</c> to <c>[N, H / stride, W / stride, K]</c>, rounded up, with what follows it. Images are padded with
/// zeros by half the kernel.
/// </summary>
/// <remarks>
/// A window is a row of a matrix product. The product finds its numbers where they stand in the padded image, so that no window is copied; only where a line has too few windows to
/// share a reading of the weights are windows of several lines and images put together.
/// </remarks>
internal sealed unsafe class ManagedImageConvolution
{
    // The windows that share a reading of the weights: of weights that stay in the cache, and of others.
    private const int FewWindows = 8, ManyWindows = 32;
    private const long WeightsInCache = 1 << 16;

    // The windows that are put together.
    private const int WindowsAtOnce = 128;

    private readonly ManagedLinear _linear;
    private readonly FrameShape _image;
    private readonly int _height;
    private readonly int _width;
    private readonly int _stride;
    private readonly bool _gathers;

    /// <param name="kernels">The kernels.</param>
    /// <param name="image">The shape of an image.</param>
    /// <param name="weight"><c>[K, C, height, width]</c>.</param>
    /// <param name="bias"><c>[K]</c>.</param>
    /// <param name="outputs">K.</param>
    /// <param name="height">Of the kernel, odd.</param>
    /// <param name="width">Of the kernel, odd.</param>
    /// <param name="stride">From a window to the next, in both directions.</param>
    /// <param name="activation">What follows.</param>
    public ManagedImageConvolution(
        LaneKernels kernels, FrameShape image, ReadOnlySpan<float> weight, float[] bias, int outputs, int height, int width, int stride = 1,
        LaneActivation activation = LaneActivation.None)
    {
        (_image, _height, _width, _stride) = (image, height, width, stride);
        Output = new FrameShape(outputs, (image.Height + stride - 1) / stride, (image.Width + stride - 1) / stride);
        var inputs = checked(height * width * image.Channels);
        _gathers = !IsPointwise && Output.Width < ((long)inputs * outputs > WeightsInCache ? ManyWindows : FewWindows);
        _linear = new ManagedLinear(
            kernels, ChannelsLast(weight, image.Channels, height * width), bias, inputs, outputs, activation, places: _gathers || IsPointwise ? null : Places());
    }

    /// <summary>The shape of an output.</summary>
    public FrameShape Output { get; }

    /// <summary>The multiplications of an image.</summary>
    public long Work => _linear.Work * Output.Height * Output.Width;

    /// <summary>The numbers of the kernel.</summary>
    public long Weights => _linear.Work;

    private bool IsPointwise => _height == 1 && _width == 1 && _stride == 1;

    // Numbers of a line of the padded image.
    private int Line => checked((_image.Width + _width - 1) * _image.Channels);

    private nint PaddedValues => (nint)(_image.Height + _height - 1) * Line;

    /// <summary><c>[..., C, n]</c> to <c>[..., n, C]</c>.</summary>
    public static float[] ChannelsLast(ReadOnlySpan<float> weight, int channels, int others)
    {
        var last = new float[weight.Length];
        for (var i = 0; i < last.Length; i++)
        {
            var (outer, inner) = (i / (channels * others), i % (channels * others));
            last[(outer * channels * others) + (inner % others * channels) + (inner / others)] = weight[i];
        }
        return last;
    }

    /// <summary>Computes images.</summary>
    /// <param name="count">N.</param>
    /// <param name="images"><c>[N, H, W, C]</c>.</param>
    /// <param name="output">Receives the outputs; not the images.</param>
    /// <param name="scratch">The thread's memory.</param>
    /// <param name="residual">What is added last, of the shape of the outputs; null for nothing.</param>
    public void Run(int count, float* images, float* output, Scratch scratch, float* residual = null)
    {
        using var mark = scratch.Begin();
        if (IsPointwise)
        {
            _linear.Run(checked(count * Output.Height * Output.Width), images, output, scratch, residual);
        }
        else if (_gathers)
        {
            Gather(count, images, output, scratch, residual);
        }
        else
        {
            ByLines(count, images, output, scratch, residual);
        }
    }

    private void ByLines(int count, float* images, float* output, Scratch scratch, float* residual)
    {
        var padded = scratch.Take(PaddedValues);
        nint size = Output.Width * Output.Channels;
        for (nint image = 0; image < count; image++)
        {
            Pad(images + (image * _image.Values), padded);
            for (nint y = 0; y < Output.Height; y++)
            {
                _linear.Run(
                    Output.Width, padded + (y * _stride * Line), (nint)_stride * _image.Channels, output, Output.Channels, scratch, residual);
                output += size;
                residual = residual == null ? null : residual + size;
            }
        }
    }

    private void Gather(int count, float* images, float* output, Scratch scratch, float* residual)
    {
        var padded = scratch.Take(PaddedValues);
        var windows = scratch.Take((nint)WindowsAtOnce * _linear.Inputs);
        var (filled, pixels) = (0, Output.Height * Output.Width);
        for (nint image = 0; image < count; image++)
        {
            Pad(images + (image * _image.Values), padded);
            for (var pixel = 0; pixel < pixels; pixel++)
            {
                var (y, x) = (pixel / Output.Width, pixel % Output.Width);
                CopyWindow(padded + ((nint)y * _stride * Line) + ((nint)x * _stride * _image.Channels), windows + ((nint)filled * _linear.Inputs));
                if (++filled == WindowsAtOnce || (image == count - 1 && pixel == pixels - 1))
                {
                    _linear.Run(filled, windows, output, scratch, residual);
                    output += (nint)filled * Output.Channels;
                    residual = residual == null ? null : residual + ((nint)filled * Output.Channels);
                    filled = 0;
                }
            }
        }
    }

    private void CopyWindow(float* window, float* target)
    {
        var piece = _width * _image.Channels;
        for (nint y = 0; y < _height; y++)
        {
            new Span<float>(window + (y * Line), piece).CopyTo(new Span<float>(target + (y * piece), piece));
        }
    }

    private void Pad(float* image, float* padded)
    {
        nint line = _image.Width * _image.Channels;
        var before = _width / 2 * _image.Channels;
        for (nint y = 0; y < _image.Height + _height - 1; y++)
        {
            var target = new Span<float>(padded + (y * Line), Line);
            var source = y - (_height / 2);
            if (source < 0 || source >= _image.Height)
            {
                target.Clear();
                continue;
            }
            target[..before].Clear();
            new Span<float>(image + (source * line), (int)line).CopyTo(target[before..]);
            target[(before + (int)line)..].Clear();
        }
    }

    // Where the numbers of a window stand in the padded image, [height, width, C].
    private int[] Places()
    {
        var piece = _width * _image.Channels;
        return [.. Enumerable.Range(0, _height * piece).Select(i => checked((i / piece * Line) + (i % piece)))];
    }
}
