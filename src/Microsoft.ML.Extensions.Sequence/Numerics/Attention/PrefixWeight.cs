using System.Runtime.CompilerServices;

namespace Microsoft.ML.Extensions.Numerics.Attention;

/// <summary>
/// The largest score of a prefix and the sum of e^(s - largest), which is at least 1 from the first step on: nothing over- or underflows.
/// </summary>
/// <remarks>The sum is in double precision: over a long prefix the increments become relatively small.</remarks>
internal struct PrefixWeight
{
    private float _largest;
    private double _sum;

    /// <summary>The weight of no steps.</summary>
    public static PrefixWeight None => new() { _largest = float.MinValue };

    /// <summary>Adds a step. One of the two factors is 1, so it costs one exponential.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public StepFactors Add(float score)
    {
        var fading = MathF.Exp(-MathF.Abs(score - _largest));
        var (kept, fresh) = (1f, fading);
        if (score > _largest)
        {
            (_largest, kept, fresh) = (score, fading, 1f);
        }
        _sum = (_sum * kept) + fresh;
        return new StepFactors(kept, fresh, (float)(1 / _sum));
    }
}
