using System.Numerics;
using Microsoft.ML.Extensions.Numerics.Recurrence;

namespace Microsoft.ML.Extensions.Numerics.StateSpace;

/// <summary>
/// <c>y[t, h, m] = sum_s K[h, m, s] u[t - s, h] + sum_s K2[h, m, s] u[t + s, h] + D[h, m] u[t, h]</c> of one row: short rows sum by
/// sum, long ones by Fourier transform.
/// </summary>
/// <remarks>
/// Thread-safe. Kernels and spectra are computed for the first row of a length, or of the next power of two, and kept. A row's result depends
/// neither on rows before it nor on the lane's width, to the last bit.
/// </remarks>
internal sealed unsafe class KernelConvolution
{
    // Sums in the time of one number of a transform and one of its levels, as measured.
    private const long SumsOfTransform = 8;

    private readonly StateSpaceSystem _forwards;
    private readonly StateSpaceSystem? _backwards;
    private readonly ConvolutionChannels _channels;
    private readonly object _growth = new();
    private readonly FourierConvolution?[] _transforms = new FourierConvolution?[2 * 32];
    private DirectConvolution? _direct;

    public KernelConvolution(StateSpaceSystem forwards, StateSpaceSystem? backwards, float[] feedthrough)
        : this(forwards, backwards, feedthrough, LaneWidths.Widest)
    {
    }

    /// <param name="forwards">The systems of K.</param>
    /// <param name="backwards">Those of K2, of the same sizes, or null.</param>
    /// <param name="feedthrough">D, <c>[H, M]</c>.</param>
    /// <param name="widest">The widest lane.</param>
    public KernelConvolution(StateSpaceSystem forwards, StateSpaceSystem? backwards, float[] feedthrough, LaneWidth widest)
    {
        (_forwards, _backwards) = (forwards, backwards);
        _channels = new ConvolutionChannels(forwards.Shape.Features, feedthrough, widest);
    }

    /// <summary>The systems of K, step by step; D is not a part of them.</summary>
    public SteppedSystem Stepped() => _forwards.Stepped();

    /// <inheritdoc cref="ConvolutionChannels.AddFeedthrough"/>
    public void AddFeedthrough(float* input, float* output) => _channels.AddFeedthrough(input, output);

    /// <summary>Whether a row of so many steps is transformed.</summary>
    public bool Transforms(int steps)
    {
        var length = LaneFourier.LengthOf(steps);
        var sums = (long)steps * steps / (_backwards is null ? 2 : 1);
        return sums > SumsOfTransform * length * BitOperations.Log2((uint)length);
    }

    /// <summary>Floats of scratch memory for a row.</summary>
    public nint ScratchSize(int steps) => AlignedFloats.Alignment
        + (Transforms(steps) ? FourierConvolution.ScratchSize(_channels, steps) : DirectConvolution.ScratchSize(_channels, steps));

    /// <summary>Computes a row.</summary>
    /// <param name="steps">T, at least 1.</param>
    /// <param name="input">u, <c>[T, H]</c>.</param>
    /// <param name="output">y, <c>[T, H * M]</c>; not u.</param>
    /// <param name="scratch">As many floats as of <see cref="ScratchSize"/>.</param>
    public void Run(int steps, float* input, float* output, float* scratch)
    {
        var aligned = AlignedFloats.Align(scratch);
        switch (_channels.Width)
        {
            case LaneWidth.Sixteen:
                Run<Lane512>(steps, input, output, aligned);
                break;
            case LaneWidth.Eight:
                Run<Lane256>(steps, input, output, aligned);
                break;
            case LaneWidth.Four:
                Run<Lane128>(steps, input, output, aligned);
                break;
            default:
                Run<ScalarLane>(steps, input, output, aligned);
                break;
        }
    }

    /// <summary>Sum by sum, for rows of at least so many steps.</summary>
    public DirectConvolution Direct(int steps)
    {
        var direct = Volatile.Read(ref _direct);
        if (direct is not null && direct.Length >= steps)
        {
            return direct;
        }
        lock (_growth)
        {
            if (_direct is null || _direct.Length < steps)
            {
                var length = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(8, steps));
                Volatile.Write(ref _direct, new DirectConvolution(_channels, length, _forwards.Kernel(length), _backwards?.Kernel(length)));
            }
            return _direct!;
        }
    }

    /// <summary>By transform, for rows of so many steps.</summary>
    public FourierConvolution Transform(int steps)
    {
        var length = LaneFourier.LengthOf(steps);
        ref var place = ref _transforms[(2 * BitOperations.Log2((uint)length)) + (BitOperations.IsPow2(length) ? 0 : 1)];
        if (Volatile.Read(ref place) is { } known)
        {
            return known;
        }
        lock (_growth)
        {
            if (place is null)
            {
                Volatile.Write(ref place, new FourierConvolution(_channels, length, _forwards.Kernel(length), _backwards?.Kernel(length)));
            }
            return place!;
        }
    }

    private void Run<TLane>(int steps, float* input, float* output, float* scratch) where TLane : struct, IFloatLane<TLane>
    {
        if (Transforms(steps))
        {
            Transform(steps).Run<TLane>(steps, input, output, scratch);
        }
        else
        {
            Direct(steps).Run<TLane>(steps, input, output, scratch);
        }
    }
}
