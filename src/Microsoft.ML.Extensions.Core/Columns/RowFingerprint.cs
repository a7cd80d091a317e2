using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Microsoft.ML.Extensions.Columns;

/// <summary>A SHA-256 of rows in their order, over values, labels, weights and places.</summary>
internal sealed class RowFingerprint : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>Adds a row.</summary>
    /// <param name="values">The input.</param>
    /// <param name="label">The label's content.</param>
    /// <param name="weight">How much it counts.</param>
    /// <param name="place">Where it stands.</param>
    public void Add(ReadOnlySpan<float> values, ReadOnlySpan<byte> label, float weight, RowPlace place)
    {
        // Lengths are included, so that moving a value to the next row changes the hash.
        ReadOnlySpan<long> head = [values.Length, label.Length, BitConverter.SingleToInt32Bits(weight), place.Series, place.Start];
        _hash.AppendData(MemoryMarshal.AsBytes(head));
        _hash.AppendData(label);
        _hash.AppendData(MemoryMarshal.AsBytes(values));
    }

    /// <summary>The fingerprint of the rows so far, as text.</summary>
    public string Take() => Convert.ToHexString(_hash.GetHashAndReset());

    public void Dispose() => _hash.Dispose();
}
