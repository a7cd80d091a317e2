using System.Numerics;
using System.Runtime.InteropServices;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Dot products and normalised vectors.</summary>
internal static class DotProduct
{
    /// <summary>The sum of the products of two vectors of one length.</summary>
    public static float Of(ReadOnlySpan<float> one, ReadOnlySpan<float> other)
    {
        var ones = MemoryMarshal.Cast<float, Vector<float>>(one);
        var others = MemoryMarshal.Cast<float, Vector<float>>(other);
        // Four independent sums, since each addition waits for the previous one.
        var (first, second, third, fourth) = (Vector<float>.Zero, Vector<float>.Zero, Vector<float>.Zero, Vector<float>.Zero);
        var place = 0;
        for (; place <= ones.Length - 4; place += 4)
        {
            first += ones[place] * others[place];
            second += ones[place + 1] * others[place + 1];
            third += ones[place + 2] * others[place + 2];
            fourth += ones[place + 3] * others[place + 3];
        }
        for (; place < ones.Length; place++)
        {
            first += ones[place] * others[place];
        }
        var sum = Vector.Sum(first + second + (third + fourth));
        for (var rest = ones.Length * Vector<float>.Count; rest < one.Length; rest++)
        {
            sum += one[rest] * other[rest];
        }
        return sum;
    }

    /// <summary>A copy with length 1.</summary>
    /// <exception cref="ArgumentException">It has another number of values, a value that is not finite, or length 0.</exception>
    public static float[] Normalized(ReadOnlySpan<float> vector, int dimensions, string what)
    {
        if (vector.Length != dimensions)
        {
            throw new ArgumentException(
                FormattableString.Invariant($"{what} has {vector.Length} numbers; those of this index have {dimensions}."), nameof(vector));
        }
        var sum = 0.0;
        foreach (var value in vector)
        {
            sum += (double)value * value;
        }
        if (!double.IsFinite(sum) || sum == 0)
        {
            throw new ArgumentException(
                $"{what} {(sum == 0 ? "has only zeros, and so no direction" : "has a number that is NaN or infinite")}.", nameof(vector));
        }
        var factor = 1 / Math.Sqrt(sum);
        var normalized = new float[dimensions];
        for (var place = 0; place < dimensions; place++)
        {
            normalized[place] = (float)(vector[place] * factor);
        }
        return normalized;
    }
}
