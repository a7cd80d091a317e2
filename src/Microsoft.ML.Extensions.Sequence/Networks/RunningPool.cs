using Microsoft.ML.Extensions.Managed;
using Microsoft.ML.Extensions.Numerics;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Pools of all steps of a stream so far; sums are in double precision, since each of a million steps adds only a millionth.</summary>
/// <param name="kernels">The kernels.</param>
/// <param name="channels">D.</param>
/// <param name="count">The number of further steps.</param>
/// <param name="steps">The further steps, <c>[count, D]</c>.</param>
/// <param name="state">The state after the steps before.</param>
internal readonly unsafe ref struct RunningPool(LaneKernels kernels, int channels, int count, float* steps, ManagedStreamState state)
{
    private readonly float* _steps = steps;

    /// <summary>The mean of all steps.</summary>
    public void Mean(float* pooled)
    {
        var sum = state.Doubles("sum", [1, channels]).Change(out _);
        for (var t = 0; t < count; t++)
        {
            var step = _steps + ((nint)t * channels);
            for (var c = 0; c < channels; c++)
            {
                sum[c] += step[c];
            }
        }
        Divide(sum, state.Position + count, pooled);
    }

    /// <summary>The largest values of all steps.</summary>
    public void Max(float* pooled)
    {
        var most = state.Singles("max", [1, channels]).Change(out var isFirst);
        if (isFirst)
        {
            new Span<float>(_steps, channels).CopyTo(new Span<float>(most, channels));
        }
        for (var t = 0; t < count; t++)
        {
            kernels.Largest(channels, _steps + ((nint)t * channels), most);
        }
        new Span<float>(most, channels).CopyTo(new Span<float>(pooled, channels));
    }

    /// <summary>The mean weighted by the softmax of the products with a query: a running softmax.</summary>
    public void Attend(float* query, float* pooled)
    {
        var most = state.Doubles("most", [1, 1, 1]).Change(out var isFirst);
        var weight = state.Doubles("weight", [1, 1, 1]).Change(out _);
        var sum = state.Doubles("sum", [1, 1, channels]).Change(out _);
        var root = MathF.Sqrt(channels);
        // Below every score, but finite: the difference of two infinities is NaN.
        *most = isFirst ? float.MinValue : *most;
        for (var t = 0; t < count; t++)
        {
            var step = _steps + ((nint)t * channels);
            double score = kernels.Dot(channels, step, query) / root;
            var largest = Math.Max(*most, score);
            var (kept, fresh) = (Math.Exp(*most - largest), Math.Exp(score - largest));
            (*most, *weight) = (largest, (*weight * kept) + fresh);
            for (var c = 0; c < channels; c++)
            {
                sum[c] = (sum[c] * kept) + (step[c] * fresh);
            }
        }
        Divide(sum, *weight, pooled);
    }

    private void Divide(double* sum, double divisor, float* pooled)
    {
        for (var c = 0; c < channels; c++)
        {
            pooled[c] = (float)(sum[c] / divisor);
        }
    }
}
