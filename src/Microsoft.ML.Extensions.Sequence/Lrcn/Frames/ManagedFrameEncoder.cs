using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Managed;
using Microsoft.ML.Extensions.Numerics;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary><see cref="FrameEncoder"/> as C# kernels: frames <c>[N, C * H * W]</c> to features <c>[N, Features]</c>.</summary>
internal sealed unsafe class ManagedFrameEncoder
{
    // Maps of so many numbers stay in the cache from one layer to the next.
    private const long MapsInCache = 1 << 16;
    private const int MostAtOnce = 64;

    private readonly FrameShape _frame;
    private readonly float[] _mean;
    private readonly float[] _inverse;
    private readonly ManagedBackbone _backbone;
    private readonly int _rows;
    private readonly int _columns;
    private readonly ManagedLinear _exit;
    private readonly LaneKernels _kernels;
    private readonly int _atOnce;

    /// <param name="settings">The settings.</param>
    /// <param name="frame">The shape of a frame.</param>
    /// <param name="parts">The weights.</param>
    public ManagedFrameEncoder(FrameEncoderSettings settings, FrameShape frame, ManagedParts parts)
    {
        (_frame, _kernels) = (frame, parts.Kernels);
        _mean = parts.Weights.Singles("mean", frame.Channels, 1, 1);
        var scale = parts.Weights.Singles("scale", frame.Channels, 1, 1);
        _inverse = Array.ConvertAll(scale, own => 1 / own);
        Range = FrameEncoder.RangeOf(frame, _mean, scale);
        _backbone = ManagedBackbone.Create(settings, frame, parts.At("backbone"));
        var maps = _backbone.Maps;
        (_rows, _columns) = (FrameEncoder.Cells(maps.Height), FrameEncoder.Cells(maps.Width));
        var (cells, exit) = (_rows * _columns, parts.Weights.At("exit"));
        var weight = exit.Singles("weight", settings.Features, checked(maps.Channels * cells));
        _exit = new ManagedLinear(
            parts.Kernels, ManagedImageConvolution.ChannelsLast(weight, maps.Channels, cells), exit.Singles("bias", settings.Features),
            maps.Channels * cells, settings.Features, LaneActivation.Relu);
        Work = _backbone.Convolutions.Sum(convolution => convolution.Work) + _exit.Work;
        // Where weights exceed the cache, maps may be as large: then both are read from memory about as often.
        var largest = _backbone.Convolutions.Max(convolution => convolution.Output.Values);
        var weights = _backbone.Convolutions.Sum(convolution => convolution.Weights);
        _atOnce = (int)Math.Clamp(Math.Max(MapsInCache, weights) / largest, 1, MostAtOnce);
    }

    /// <summary>The range of a frame's values.</summary>
    public InputRange Range { get; }

    /// <summary>The multiplications of a frame.</summary>
    public long Work { get; }

    /// <summary>Computes the features of frames.</summary>
    /// <param name="count">N.</param>
    /// <param name="frames">The frames.</param>
    /// <param name="features">Receives the features.</param>
    /// <param name="scratch">The thread's memory.</param>
    public void Run(int count, float* frames, float* features, Scratch scratch)
    {
        for (var first = 0; first < count; first += _atOnce)
        {
            using var mark = scratch.Begin();
            var some = Math.Min(_atOnce, count - first);
            var images = scratch.Take((nint)some * _frame.Values);
            for (nint image = 0; image < some; image++)
            {
                Standardize(frames + ((first + image) * _frame.Values), images + (image * _frame.Values));
            }
            var maps = scratch.Take((nint)some * _backbone.Maps.Values);
            _backbone.Run(some, images, maps, scratch);
            var fields = scratch.Take((nint)some * _exit.Inputs);
            for (nint image = 0; image < some; image++)
            {
                Means(maps + (image * _backbone.Maps.Values), fields + (image * _exit.Inputs), scratch);
            }
            _exit.Run(some, fields, features + ((nint)first * _exit.Outputs), scratch);
        }
    }

    // [C, H, W] to [H, W, C].
    private void Standardize(float* frame, float* image)
    {
        var (channels, pixels) = (_frame.Channels, _frame.Height * _frame.Width);
        for (var channel = 0; channel < channels; channel++, frame += pixels)
        {
            var (mean, inverse) = (_mean[channel], _inverse[channel]);
            var target = image + channel;
            for (var pixel = 0; pixel < pixels; pixel++, target += channels)
            {
                *target = (frame[pixel] - mean) * inverse;
            }
        }
    }

    // Of each cell of the grid, [cells, channels]; lines are summed first, so that large cells lose few digits.
    private void Means(float* maps, float* fields, Scratch scratch)
    {
        using var mark = scratch.Begin();
        var shape = _backbone.Maps;
        var channels = shape.Channels;
        var line = scratch.Take(channels);
        for (var cell = 0; cell < _rows * _columns; cell++, fields += channels)
        {
            var (top, bottom) = FrameEncoder.Cell(cell / _columns, _rows, shape.Height);
            var (left, right) = FrameEncoder.Cell(cell % _columns, _columns, shape.Width);
            new Span<float>(fields, channels).Clear();
            for (var y = top; y < bottom; y++)
            {
                new Span<float>(line, channels).Clear();
                for (var x = left; x < right; x++)
                {
                    _kernels.AddScaled(channels, 1, maps + ((((nint)y * shape.Width) + x) * channels), line);
                }
                _kernels.AddScaled(channels, 1, line, fields);
            }
            var count = (bottom - top) * (right - left);
            for (var c = 0; c < channels; c++)
            {
                fields[c] /= count;
            }
        }
    }
}
