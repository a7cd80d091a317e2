using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;
using Microsoft.ML.Extensions.Persistence;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>
/// The file of a ranker: eight letters, the SHA-256 of the rest, the length (Int64, little-endian) of a JSON description, the description,
/// and the index as a safetensors file.
/// </summary>
internal static class IndexFile
{
    private const int Head = 8 + SHA256.HashSizeInBytes + sizeof(long);
    private const string Field = "field.";

    private static readonly UTF8Encoding s_strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private static ReadOnlySpan<byte> Letters => "MLXRANK1"u8;

    /// <summary>Whether an id survives saving unchanged.</summary>
    public static bool IsUnicode(string id)
    {
        try
        {
            return s_strict.GetByteCount(id) > 0;
        }
        catch (EncoderFallbackException)
        {
            return false;
        }
    }

    public static (byte[] Head, byte[] Json, byte[] Tensors) Bytes(
        RankerOptions options, string? secondStage, InvertedIndex index, Dictionary<string, string[]>? texts, RankerVectors? vectors)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(new RankerDescription(1, options, secondStage, vectors?.Model), ModelEntry.Json);
        var ids = index.Ids.ToArray();
        var tensors = IndexTensors.Write(
            index,
            texts is null ? [] : Names(options).Select((name, field) => (name, (IReadOnlyList<string>)Array.ConvertAll(ids, id => texts[id][field]))),
            vectors is null ? null : (vectors.Names, vectors.Numbers()));
        var head = new byte[Head];
        Letters.CopyTo(head);
        BinaryPrimitives.WriteInt64LittleEndian(head.AsSpan(Head - sizeof(long)), json.Length);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(head.AsSpan(Head - sizeof(long)));
        hash.AppendData(json);
        hash.AppendData(tensors);
        hash.GetHashAndReset().CopyTo(head, Letters.Length);
        return (head, json, tensors);
    }

    public static void Write(string path, (byte[] Head, byte[] Json, byte[] Tensors) file) => AtomicFile.Write(path, stream =>
    {
        stream.Write(file.Head);
        stream.Write(file.Json);
        stream.Write(file.Tensors);
    });

    /// <summary>The ranker of a file.</summary>
    /// <exception cref="FormatException">The file is damaged, of another kind, or was saved with another second stage or encoder.</exception>
    /// <exception cref="InvalidOperationException">The encoder gives no vector.</exception>
    public static Ranker Read(
        string path, IDocumentScorer? secondStage, IEmbeddingGenerator<string, Embedding<float>>? encoder,
        Func<int, IVectorIndex>? approximateIndex)
    {
        var file = Checked(path);
        RankerVectors? vectors = null;
        try
        {
            var length = BinaryPrimitives.ReadInt64LittleEndian(file.AsSpan(Head - sizeof(long)));
            if (length < 0 || length > file.Length - Head)
            {
                throw new FormatException($"its description has {length} bytes, which are not there.");
            }
            var description = JsonSerializer.Deserialize<RankerDescription>(file.AsSpan(Head, (int)length), ModelEntry.Json)
                ?? throw new FormatException("its description is empty.");
            OptionsValidation.Validate(description);
            vectors = encoder is null ? null : new RankerVectors(encoder, approximateIndex, description.Options.ApproximateAbove);
            CheckStage(description.SecondStage, secondStage?.Fingerprint);
            CheckEncoder(description.Encoder, vectors?.Model);
            return Read(file[(Head + (int)length)..], description.Options, secondStage, vectors);
        }
        catch (Exception e) when (e is FormatException or JsonException or ArgumentException)
        {
            vectors?.Dispose();
            throw new FormatException($"'{path}' cannot be read: {e.Message}", e);
        }
    }

    private static Ranker Read(byte[] tensors, RankerOptions options, IDocumentScorer? secondStage, RankerVectors? vectors)
    {
        var (index, texts, saved) = IndexTensors.Read(tensors, options.Fields, secondStage is null ? [] : Names(options), vectors is not null);
        vectors?.Restore(saved!.Value.Ids, saved.Value.Numbers);
        var byId = secondStage is null ? null : new Dictionary<string, string[]>(StringComparer.Ordinal);
        for (var document = 0; byId is not null && document < index.Numbers; document++)
        {
            byId.Add(index.Id(document), Array.ConvertAll(texts, field => field[document]));
        }
        return new(options, secondStage, index, byId, vectors);
    }

    private static byte[] Checked(string path)
    {
        if (new FileInfo(path) is { Exists: true, Length: var length } && length > Array.MaxLength)
        {
            throw new FormatException($"'{path}' has {length} bytes; read are at most {Array.MaxLength}.");
        }
        var file = File.ReadAllBytes(path);
        if (file.Length < Head || !file.AsSpan().StartsWith(Letters))
        {
            throw new FormatException($"'{path}' is no file that Ranker.Save wrote, or was cut off.");
        }
        var kept = file.AsSpan(Letters.Length, SHA256.HashSizeInBytes);
        return SHA256.HashData(file.AsSpan(Head - sizeof(long))).AsSpan().SequenceEqual(kept) ? file
            : throw new FormatException(
                $"'{path}' is damaged or cut off: its checksum does not agree. Take an undamaged copy, or index the documents again.");
    }

    private static void CheckStage(string? saved, string? given)
    {
        if (saved != given)
        {
            throw new FormatException(saved is null
                ? $"it was saved without a second stage, and so without texts; load it without '{given}', or index the documents with it."
                : given is null ? $"it was saved with the second stage '{saved}'; give it."
                : $"it was saved with the second stage '{saved}', and given is '{given}'; give that one, or index the documents again.");
        }
    }

    private static void CheckEncoder(string? saved, string? given)
    {
        if (saved != given)
        {
            throw new FormatException(saved is null
                ? $"it was saved without vectors; load it without the encoder '{given}', or index the documents with it."
                : given is null ? $"it has vectors of the encoder '{saved}'; give it."
                : $"it has vectors of the encoder '{saved}', and given is '{given}'; give that one, or index the documents again.");
        }
    }

    private static string[] Names(RankerOptions options) => [.. Enumerable.Range(0, options.Fields).Select(field => Field + field)];
}
