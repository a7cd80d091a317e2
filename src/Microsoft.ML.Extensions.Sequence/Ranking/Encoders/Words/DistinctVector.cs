using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>A pseudo-random vector that depends on a word alone, the same on every machine and in every process.</summary>
internal static class DistinctVector
{
    /// <param name="term">The word.</param>
    /// <param name="length">The vector's length, above 0.</param>
    /// <param name="vector">Receives the vector.</param>
    public static void Write(string term, double length, Span<float> vector)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(term), hash);
        var state = BinaryPrimitives.ReadUInt64LittleEndian(hash);
        var sum = 0.0;
        var normal = new double[vector.Length];
        for (var place = 0; place < normal.Length; place++)
        {
            // Box and Muller 1958.
            normal[place] = Math.Sqrt(-2 * Math.Log(1 - Uniform(ref state))) * Math.Cos(2 * Math.PI * Uniform(ref state));
            sum += normal[place] * normal[place];
        }
        var factor = length / Math.Sqrt(sum);
        for (var place = 0; place < normal.Length; place++)
        {
            vector[place] = (float)(normal[place] * factor);
        }
    }

    // SplitMix64 (Steele, Lea and Flood 2014), its upper 53 bits.
    private static double Uniform(ref ulong state)
    {
        state += 0x9E3779B97F4A7C15;
        var mixed = state;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return ((mixed ^ (mixed >> 31)) >> 11) * (1.0 / (1UL << 53));
    }
}
