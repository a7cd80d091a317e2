using System.Numerics;

namespace Microsoft.ML.Extensions.Numerics;

/// <summary>The sum of the squares of numbers, in double precision.</summary>
internal static class SquaredNorm
{
    /// <remarks>In the order of the numbers wherever they stand in memory, unlike <c>TensorPrimitives</c>, so that equal numbers give equal bits.</remarks>
    public static double Of(ReadOnlySpan<float> values)
    {
        var (even, odd) = (Vector<double>.Zero, Vector<double>.Zero);
        var at = 0;
        for (; at <= values.Length - Vector<float>.Count; at += Vector<float>.Count)
        {
            Vector.Widen(new Vector<float>(values[at..]), out var low, out var high);
            even += low * low;
            odd += high * high;
        }
        var sum = Vector.Sum(even + odd);
        for (; at < values.Length; at++)
        {
            sum += (double)values[at] * values[at];
        }
        return sum;
    }
}
