using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Microsoft.ML.Extensions.Persistence;

/// <summary>The file of a stream's state: the model it belongs to, a checksum, and the state of each network of the model.</summary>
/// <remarks>
/// Eight letters, the model's SHA-256, the SHA-256 of the rest; then a length (Int64, little-endian) and a safetensors file for each
/// network.
/// </remarks>
internal static class StreamFile
{
    private const int Head = 8 + (2 * SHA256.HashSizeInBytes);

    private static ReadOnlySpan<byte> Letters => "MLXSTRM1"u8;

    public static byte[] Write(ReadOnlySpan<byte> model, IReadOnlyList<byte[]> states)
    {
        var file = new byte[Head + states.Sum(state => sizeof(long) + state.Length)];
        Letters.CopyTo(file);
        model.CopyTo(file.AsSpan(Letters.Length));
        var rest = file.AsSpan(Head);
        foreach (var state in states)
        {
            BinaryPrimitives.WriteInt64LittleEndian(rest, state.Length);
            state.CopyTo(rest[sizeof(long)..]);
            rest = rest[(sizeof(long) + state.Length)..];
        }
        SHA256.HashData(file.AsSpan(Head), file.AsSpan(Head - SHA256.HashSizeInBytes));
        return file;
    }

    /// <exception cref="FormatException">The bytes are not a state, are damaged, or belong to another model.</exception>
    public static IReadOnlyList<byte[]> Read(ReadOnlySpan<byte> file, ReadOnlySpan<byte> model)
    {
        if (file.Length < Head || !file.StartsWith(Letters))
        {
            throw new FormatException("This is not the state of a stream, or it was cut off; take a file that SaveState wrote.");
        }
        if (!SHA256.HashData(file[Head..]).AsSpan().SequenceEqual(file[(Head - SHA256.HashSizeInBytes)..Head]))
        {
            throw new FormatException(
                "The state of the stream is damaged or cut off: its checksum does not agree. Take an undamaged copy, or start again with Reset.");
        }
        if (!file.Slice(Letters.Length, SHA256.HashSizeInBytes).SequenceEqual(model))
        {
            throw new FormatException(
                "The state of the stream was saved with another model. Load the model it belongs to, or start again with Reset.");
        }
        var states = new List<byte[]>();
        for (var rest = file[Head..]; rest.Length > 0;)
        {
            var length = rest.Length < sizeof(long) ? -1 : BinaryPrimitives.ReadInt64LittleEndian(rest);
            if (length < 0 || length > rest.Length - sizeof(long))
            {
                throw new FormatException(
                    $"The state of the stream says that its part {states.Count} has {length} bytes, which are not there.");
            }
            states.Add(rest.Slice(sizeof(long), (int)length).ToArray());
            rest = rest[(sizeof(long) + (int)length)..];
        }
        return states;
    }
}
