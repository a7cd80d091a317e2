using System.Runtime.CompilerServices;
using Microsoft.ML.Extensions.Numerics.Recurrence;

namespace Microsoft.ML.Extensions.Numerics.StepProducts;

/// <summary>The kernels of batch normalisation over steps, with what stands after it, forward and backward.</summary>
internal abstract unsafe class StepNorm
{
    /// <summary>Those of this machine's widest lane.</summary>
    public static StepNorm Default { get; } = Of(LaneWidths.Widest);

    /// <summary>Those of a width, which does not affect the results.</summary>
    public static StepNorm Of(LaneWidth width) => width switch
    {
        LaneWidth.Sixteen => new StepNorm<Lane512>(),
        LaneWidth.Eight => new StepNorm<Lane256>(),
        LaneWidth.Four => new StepNorm<Lane128>(),
        _ => new StepNorm<ScalarLane>(),
    };

    /// <summary>Adds to <paramref name="sums"/> the rows, less <paramref name="centre"/> and squared where that is given.</summary>
    /// <param name="rows">Rows.</param>
    /// <param name="channels">Numbers of a row.</param>
    /// <param name="values">The rows.</param>
    /// <param name="centre">One number per channel, or null.</param>
    /// <param name="sums">One number per channel.</param>
    public abstract void Sum(int rows, int channels, float* values, float* centre, double* sums);

    /// <summary><c>output = f((value - mean) * factor + shift) * kept + residual</c>, where f is ReLU or nothing.</summary>
    /// <param name="rows">Rows.</param>
    /// <param name="channels">Numbers of a row.</param>
    /// <param name="values">The rows.</param>
    /// <param name="norm">Mean, factor and shift.</param>
    /// <param name="isRelu">Whether f is ReLU.</param>
    /// <param name="kept">One factor per channel, or null.</param>
    /// <param name="residual">Rows to add, or null.</param>
    /// <param name="output">The rows.</param>
    public abstract void Forward(int rows, int channels, float* values, StepNormFactors norm, bool isRelu, float* kept, float* residual, float* output);

    /// <summary>
    /// The gradient of <c>(value - mean) * factor + shift</c> from that of the output, and its sums, plain and times <c>value - mean</c>, which are added to.
    /// </summary>
    /// <inheritdoc cref="Forward" path="/param"/>
    /// <param name="rows">Rows.</param>
    /// <param name="channels">Numbers of a row.</param>
    /// <param name="values">The rows.</param>
    /// <param name="norm">Mean, factor and shift.</param>
    /// <param name="isRelu">Whether f is ReLU.</param>
    /// <param name="kept">One factor per channel, or null.</param>
    /// <param name="output">The gradient of the output.</param>
    /// <param name="inner">The gradient.</param>
    /// <param name="sums">Two numbers per channel: all plain ones first.</param>
    public abstract void Backward(
        int rows, int channels, float* values, StepNormFactors norm, bool isRelu, float* kept, float* output, float* inner, double* sums);

    /// <summary><c>gradient = factor * gradient + slope * (value - mean) + constant</c>: what the statistics of the batch add.</summary>
    /// <param name="rows">Rows.</param>
    /// <param name="channels">Numbers of a row.</param>
    /// <param name="values">The rows.</param>
    /// <param name="norm">Mean and factor.</param>
    /// <param name="slope">One number per channel.</param>
    /// <param name="constant">One number per channel.</param>
    /// <param name="gradient">The rows.</param>
    public abstract void Through(int rows, int channels, float* values, StepNormFactors norm, float* slope, float* constant, float* gradient);
}

/// <summary>The numbers of a normalisation, one per channel each.</summary>
internal unsafe struct StepNormFactors
{
    /// <summary>The mean.</summary>
    public float* Mean;

    /// <summary>The gain over the deviation.</summary>
    public float* Factor;

    /// <summary>What is added last.</summary>
    public float* Shift;
}

/// <inheritdoc/>
internal sealed unsafe class StepNorm<TLane> : StepNorm
    where TLane : struct, IFloatLane<TLane>
{
    // Sums of so many rows are added to the sum of all in double precision.
    private const int Chunk = 128;

    public override void Sum(int rows, int channels, float* values, float* centre, double* sums)
    {
        var lanes = channels - (channels % TLane.Width);
        for (var first = 0; first < rows; first += Chunk)
        {
            var count = Math.Min(Chunk, rows - first);
            var start = values + ((nint)first * channels);
            Sum<TLane>(0, lanes, count, channels, start, centre, sums);
            Sum<ScalarLane>(lanes, channels, count, channels, start, centre, sums);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Forward(
        int rows, int channels, float* values, StepNormFactors norm, bool isRelu, float* kept, float* residual, float* output)
    {
        var lanes = channels - (channels % TLane.Width);
        for (var row = 0; row < rows; row++)
        {
            Forward<TLane>(0, lanes, values, norm, isRelu, kept, residual, output);
            Forward<ScalarLane>(lanes, channels, values, norm, isRelu, kept, residual, output);
            values += channels;
            residual = residual == null ? null : residual + channels;
            output += channels;
        }
    }

    public override void Backward(
        int rows, int channels, float* values, StepNormFactors norm, bool isRelu, float* kept, float* output, float* inner, double* sums)
    {
        var lanes = channels - (channels % TLane.Width);
        for (var first = 0; first < rows; first += Chunk)
        {
            var (count, at) = (Math.Min(Chunk, rows - first), (nint)first * channels);
            Backward<TLane>(0, lanes, count, channels, values + at, norm, isRelu, kept, output + at, inner + at, sums);
            Backward<ScalarLane>(lanes, channels, count, channels, values + at, norm, isRelu, kept, output + at, inner + at, sums);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Through(int rows, int channels, float* values, StepNormFactors norm, float* slope, float* constant, float* gradient)
    {
        var lanes = channels - (channels % TLane.Width);
        for (var row = 0; row < rows; row++, values += channels, gradient += channels)
        {
            Through<TLane>(0, lanes, values, norm, slope, constant, gradient);
            Through<ScalarLane>(lanes, channels, values, norm, slope, constant, gradient);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Sum<T>(int from, int to, int rows, int channels, float* values, float* centre, double* sums)
        where T : struct, IFloatLane<T>
    {
        var part = stackalloc float[T.Width];
        for (var c = from; c < to; c += T.Width)
        {
            var sum = T.Constant(0);
            for (var row = 0; row < rows; row++)
            {
                var value = T.Load(values + ((nint)row * channels) + c);
                if (centre == null)
                {
                    sum += value;
                }
                else
                {
                    var distance = value - T.Load(centre + c);
                    sum = T.MultiplyAdd(distance, distance, sum);
                }
            }
            T.Store(sum, part);
            Add(part, T.Width, sums + c);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Forward<T>(int from, int to, float* values, StepNormFactors norm, bool isRelu, float* kept, float* residual, float* output)
        where T : struct, IFloatLane<T>
    {
        for (var c = from; c < to; c += T.Width)
        {
            var value = T.MultiplyAdd(T.Load(values + c) - T.Load(norm.Mean + c), T.Load(norm.Factor + c), T.Load(norm.Shift + c));
            if (isRelu)
            {
                value = Relu.Of(value, 0);
            }
            if (kept != null)
            {
                value *= T.Load(kept + c);
            }
            if (residual != null)
            {
                value += T.Load(residual + c);
            }
            T.Store(value, output + c);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Backward<T>(
        int from, int to, int rows, int channels, float* values, StepNormFactors norm, bool isRelu, float* kept, float* output, float* inner,
        double* sums)
        where T : struct, IFloatLane<T>
    {
        var part = stackalloc float[T.Width];
        for (var c = from; c < to; c += T.Width)
        {
            var (mean, factor, shift) = (T.Load(norm.Mean + c), T.Load(norm.Factor + c), T.Load(norm.Shift + c));
            var (plain, scaled, zero) = (T.Constant(0), T.Constant(0), T.Constant(0));
            for (var row = 0; row < rows; row++)
            {
                var at = ((nint)row * channels) + c;
                var distance = T.Load(values + at) - mean;
                var gradient = T.Load(output + at);
                if (kept != null)
                {
                    gradient *= T.Load(kept + c);
                }
                if (isRelu)
                {
                    gradient = T.Select(T.MultiplyAdd(distance, factor, shift), gradient, zero);
                }
                T.Store(gradient, inner + at);
                plain += gradient;
                scaled = T.MultiplyAdd(gradient, distance, scaled);
            }
            T.Store(plain, part);
            Add(part, T.Width, sums + c);
            T.Store(scaled, part);
            Add(part, T.Width, sums + channels + c);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Through<T>(int from, int to, float* values, StepNormFactors norm, float* slope, float* constant, float* gradient)
        where T : struct, IFloatLane<T>
    {
        for (var c = from; c < to; c += T.Width)
        {
            var statistics = T.MultiplyAdd(T.Load(values + c) - T.Load(norm.Mean + c), T.Load(slope + c), T.Load(constant + c));
            T.Store(T.MultiplyAdd(T.Load(gradient + c), T.Load(norm.Factor + c), statistics), gradient + c);
        }
    }

    private static void Add(float* part, int count, double* sums)
    {
        for (var i = 0; i < count; i++)
        {
            sums[i] += part[i];
        }
    }
}
