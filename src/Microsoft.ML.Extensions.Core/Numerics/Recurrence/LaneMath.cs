using System.Runtime.CompilerServices;

namespace Microsoft.ML.Extensions.Numerics.Recurrence;

/// <summary>
/// Elementary functions, written once for every single-precision lane, so that all widths give the same bits.
/// Largest relative error measured: sigmoid 1.9 * 2^-23 (for x above -87), tanh 2.7 * 2^-23,
/// e^x below 3 * 2^-23. NaN gives NaN, infinities the limits.
/// </summary>
internal static class LaneMath
{
    private const float Log2E = 1.44269504f;

    // ln 2 in two parts: n * Ln2High is exact for |n| < 2^9.
    private const float Ln2High = 0.693145752f;
    private const float Ln2Low = 1.42860677e-6f;

    // Adding it to a small number leaves the nearest integer in the low bits of the mantissa.
    private const float RoundingShift = 12582912f;

    /// <summary>Beyond it e^-x is not a normal float; the sigmoid is then within 1.2e-38 of its limit.</summary>
    private const float ExpBound = 87f;

    /// <summary>The first value for which the rational function gives 1; for some later ones it would exceed 1 by an ulp.</summary>
    private const float TanhBound = 8.041005f;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Sigmoid<T>(T x) where T : IFloatLane<T>
    {
        var one = T.Constant(1f);
        return one / (one + NegativeExp(T.Clamp(x, ExpBound)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Exp<T>(T x) where T : IFloatLane<T> => NegativeExp(T.Clamp(-x, ExpBound));

    /// <summary>x P(x^2) / Q(x^2), both of degree 4: minimax over [0, 9.02] of the relative error, 2.1e-8.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Tanh<T>(T value) where T : IFloatLane<T>
    {
        var x = T.Clamp(value, TanhBound);
        var u = x * x;
        var u2 = u * u;
        var p = T.MultiplyAdd(T.MultiplyAdd(Of<T>(1.3319362e-8f), u, Of<T>(2.0583713e-5f)), u, Of<T>(0.003494049655f));
        var q = T.MultiplyAdd(T.MultiplyAdd(Of<T>(7.7621445e-7f), u, Of<T>(0.0003283117f)), u, Of<T>(0.02587113157f));
        p = T.MultiplyAdd(p, u2, T.MultiplyAdd(Of<T>(0.133797318f), u, Of<T>(1f)));
        q = T.MultiplyAdd(q, u2, T.MultiplyAdd(Of<T>(0.467130452f), u, Of<T>(1f)));
        return x * p / q;
    }

    /// <summary>
    /// The error function, <c>1 - t (a_1 + a_2 t + ... ) e^(-x^2)</c> with <c>t = 1 / (1 + p |x|)</c> (Abramowitz and Stegun 1964, 7.1.26).
    /// Largest error measured: below 6e-7.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Erf<T>(T value) where T : IFloatLane<T>
    {
        var size = T.Select(value, value, -value);
        var t = Of<T>(1f) / T.MultiplyAdd(Of<T>(0.3275911f), size, Of<T>(1f));
        var sum = T.MultiplyAdd(Of<T>(1.061405429f), t, Of<T>(-1.453152027f));
        sum = T.MultiplyAdd(sum, t, Of<T>(1.421413741f));
        sum = T.MultiplyAdd(sum, t, Of<T>(-0.284496736f));
        sum = T.MultiplyAdd(sum, t, Of<T>(0.254829592f));
        var distance = T.MultiplyAdd(-(sum * t), Exp(-(size * size)), Of<T>(1f));
        return T.Select(value, distance, -distance);
    }

    /// <summary>e^-x for |x| of at most 87: e^-x = 2^n e^-r with |r| of at most ln(2)/2, e^-r by a minimax polynomial (2e-9).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T NegativeExp<T>(T x) where T : IFloatLane<T>
    {
        var shifted = T.MultiplyAdd(x, Of<T>(-Log2E), Of<T>(RoundingShift));
        var n = shifted - Of<T>(RoundingShift);
        var r = T.MultiplyAdd(n, Of<T>(Ln2High), x);
        r = T.MultiplyAdd(n, Of<T>(Ln2Low), r);
        var r2 = r * r;
        var low = T.MultiplyAdd(r2, Of<T>(0.5f), T.Complement(r));
        var middle = T.MultiplyAdd(r, Of<T>(0.04166635f), Of<T>(-0.16666414f));
        var high = T.MultiplyAdd(r, Of<T>(0.00139412133f), Of<T>(-0.00837521f));
        var tail = T.MultiplyAdd(high, r2, middle);
        return T.MultiplyAdd(tail, r2 * r, low) * T.PowerOfTwo(shifted);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Of<T>(float value) where T : IFloatLane<T> => T.Constant(value);
}
