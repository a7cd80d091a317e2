using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.ML.Extensions.Persistence;
using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The file of a dense index: eight letters, the SHA-256 of the rest, and a safetensors file of the vectors and of the names as JSON.</summary>
internal static class DenseIndexFile
{
    public const int MostDimensions = 1 << 16;

    private const string Vectors = "vectors";
    private const string Names = "names";
    private const int Head = 8 + SHA256.HashSizeInBytes;

    // The tolerance of length 1 in single precision.
    private const double LengthTolerance = 1e-3;

    private static ReadOnlySpan<byte> Letters => "MLXDENS1"u8;

    /// <exception cref="InvalidOperationException">There are more numbers than a file can hold.</exception>
    public static byte[] Write(string model, IReadOnlyList<string> ids, int dimensions, RowWriter write)
    {
        NativeLibraryResolver.EnsureLoaded();
        using var scope = NewDisposeScope();
        var names = JsonSerializer.SerializeToUtf8Bytes(new Content(model, [.. ids]));
        var bytes = ((long)ids.Count * dimensions * sizeof(float)) + names.Length;
        if (bytes > Array.MaxLength - (1 << 20))
        {
            throw new InvalidOperationException(FormattableString.Invariant(
                $"{ids.Count} vectors of {dimensions} numbers take {bytes} bytes with their names; a file holds {Array.MaxLength - (1 << 20)}. Divide them among several indexes."));
        }
        var vectors = empty([ids.Count, dimensions], ScalarType.Float32);
        for (var row = 0; row < ids.Count; row++)
        {
            write(row, vectors.AsSpan().Slice(row * dimensions, dimensions));
        }
        var tensors = Safetensors.Write([(Vectors, vectors), (Names, tensor(names))]);
        return [.. Letters, .. SHA256.HashData(tensors), .. tensors];
    }

    /// <exception cref="FormatException">The file is damaged or no index; the message names it.</exception>
    public static (string Model, string[] Ids, float[] Values, int Dimensions) Read(string path)
    {
        if (new FileInfo(path) is { Exists: true, Length: var length } && length > Array.MaxLength)
        {
            throw new FormatException($"'{path}' has {length} bytes; read are at most {Array.MaxLength}.");
        }
        try
        {
            return Read(File.ReadAllBytes(path));
        }
        catch (FormatException e)
        {
            throw new FormatException($"'{path}' cannot be read: {e.Message}", e);
        }
    }

    private static (string Model, string[] Ids, float[] Values, int Dimensions) Read(byte[] file)
    {
        if (file.Length < Head || !file.AsSpan().StartsWith(Letters))
        {
            throw new FormatException("This is no dense index, or it was cut off; take a file that Save wrote.");
        }
        if (!SHA256.HashData(file.AsSpan(Head)).AsSpan().SequenceEqual(file.AsSpan(Letters.Length, SHA256.HashSizeInBytes)))
        {
            throw new FormatException("The dense index is damaged or cut off: its checksum does not agree. Take an undamaged copy, or create it again.");
        }
        NativeLibraryResolver.EnsureLoaded();
        var tensors = Safetensors.Read(file[Head..]);
        try
        {
            return Checked(tensors);
        }
        finally
        {
            foreach (var part in tensors.Values)
            {
                part.Dispose();
            }
        }
    }

    private static (string Model, string[] Ids, float[] Values, int Dimensions) Checked(IReadOnlyDictionary<string, Tensor> tensors)
    {
        if (!tensors.TryGetValue(Vectors, out var vectors) || !tensors.TryGetValue(Names, out var names)
            || vectors.dtype != ScalarType.Float32 || names.dtype != ScalarType.Byte || vectors.dim() != 2 || vectors.shape[1] is < 1 or > MostDimensions)
        {
            throw new FormatException(FormattableString.Invariant($"The dense index must have '{Vectors}' [N, D] of Single, D from 1 to {MostDimensions}, and '{Names}' of bytes."));
        }
        var content = Named(names.bytes);
        if (content.Ids.Length != vectors.shape[0] || content.Ids.Distinct(StringComparer.Ordinal).Count() != content.Ids.Length || content.Ids.Any(string.IsNullOrEmpty))
        {
            throw new FormatException(FormattableString.Invariant($"The dense index has {vectors.shape[0]} vectors and {content.Ids.Length} names; each vector has one of its own."));
        }
        var (values, dimensions) = (vectors.AsSpan().ToArray(), (int)vectors.shape[1]);
        for (var row = 0; row < content.Ids.Length; row++)
        {
            CheckLength(content.Ids[row], values.AsSpan(row * dimensions, dimensions));
        }
        return (content.Model, content.Ids, values, dimensions);
    }

    /// <exception cref="FormatException">A vector is not of length 1.</exception>
    public static void CheckLength(string id, ReadOnlySpan<float> vector)
    {
        // The comparison is false for NaN too.
        if (!(Math.Abs(DotProduct.Of(vector, vector) - 1) < LengthTolerance))
        {
            throw new FormatException($"The vector of '{id}' in the dense index is not of length 1.");
        }
    }

    private static Content Named(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize<Content>(json) is { Model: not null, Ids: not null } content ? content
                : throw new FormatException("The names in the dense index are missing.");
        }
        catch (JsonException e)
        {
            throw new FormatException($"The names in the dense index are no JSON of theirs: {e.Message}", e);
        }
    }

    /// <summary>Writes a row's vector.</summary>
    internal delegate void RowWriter(int row, Span<float> target);

    private sealed record Content(string Model, string[] Ids);
}
