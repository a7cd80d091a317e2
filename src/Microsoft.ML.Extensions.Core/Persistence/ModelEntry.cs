using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Microsoft.ML.Extensions.Persistence;

/// <summary>The model format: a JSON description and, where there are any, the weights, each with a SHA-256.</summary>
/// <remarks>
/// In the model's folder of the zip: <c>Model.key</c> (ML.NET's header, then the two checksums), <c>model.json</c>,
/// <c>weights.safetensors</c>. The JSON holds values only, never a type's name. Nothing is used before both checksums match, and a matching
/// checksum proves only that no byte was changed by accident: the JSON's values are checked as options are in training, and the header of
/// the weights is compared with the file's length before the weights are read.
/// </remarks>
internal static class ModelEntry
{
    /// <summary>The newest format that this code writes and reads.</summary>
    public const int FormatVersion = 1;

    // The description is read as a whole.
    private const long LongestText = 1L << 28;

    private const string JsonName = "model.json";
    private const string WeightsName = "weights.safetensors";

    /// <summary>The serializer of every description. Options that cannot be stored (callbacks, tokens) carry <c>[JsonIgnore]</c>.</summary>
    public static JsonSerializerOptions Json { get; } = new()
    {
        Converters = { new JsonStringEnumConverter(namingPolicy: null, allowIntegerValues: false) },
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        WriteIndented = true,
    };

    /// <summary>Writes the description, and the weights if there are any.</summary>
    /// <exception cref="InvalidOperationException">
    /// Nearly all weights of a large model are equal, so that no loader would accept them.
    /// </exception>
    public static void Save<TDescription>(ModelSaveContext ctx, ModelKind kind, TDescription description, byte[]? weights = null)
    {
        ctx.CheckAtModel();
        ctx.SetVersionInfo(Version(kind));
        var json = JsonSerializer.SerializeToUtf8Bytes(new Envelope<TDescription>(FormatVersion, description), Json);
        PackedEntry.CheckWritten(WeightsName, weights ?? []);
        ctx.Writer.Write(SHA256.HashData(json));
        ctx.Writer.Write(SHA256.HashData(weights ?? []));
        ctx.SaveBinaryStream(JsonName, writer => writer.Write(json));
        if (weights is not null)
        {
            ctx.SaveBinaryStream(WeightsName, writer => writer.Write(weights));
        }
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <exception cref="FormatException">
    /// The entry is damaged, incomplete, of another kind, or of a newer format, or the description has a value out of its range.
    /// </exception>
    public static (TDescription Description, byte[] Weights) Load<TDescription>(ModelLoadContext ctx, ModelKind kind)
    {
        try
        {
            ctx.CheckAtModel(Version(kind));
            var jsonHash = ctx.Reader.ReadBytes(SHA256.HashSizeInBytes);
            var weightsHash = ctx.Reader.ReadBytes(SHA256.HashSizeInBytes);
            var json = Read(ctx, JsonName, CheckText) ?? throw new FormatException($"'{JsonName}' is missing.");
            Check(JsonName, json, jsonHash);
            CheckVersion(json);
            var model = Described<TDescription>(json);
            var weights = Read(ctx, WeightsName, CheckTensors) ?? [];
            Check(WeightsName, weights, weightsHash);
            return (model, weights);
        }
        catch (Exception e) when (
            e is FormatException or JsonException or IOException or InvalidDataException or InvalidOperationException or ArgumentException)
        {
            throw new FormatException(
                $"The {kind.Loader} entry of the model file cannot be read: {e.Message} Save the model again, or take an undamaged copy.",
                e);
        }
    }

    // The assembly's name without its version: the format version decides who can read the file, not the package's.
    private static VersionInfo Version(ModelKind kind) => new(kind.Signature, 1, 1, 1, kind.Assembly.GetName().Name!, kind.Loader);

    // ML.NET unpacks an entry into a file to read it.
    private static byte[]? Read(ModelLoadContext ctx, string name, Action<Stream, long> check)
    {
        PackedEntry.Check(ctx, name, check);
        byte[]? bytes = null;
        ctx.TryLoadBinaryStream(name, reader =>
        {
            bytes = new byte[reader.BaseStream.Length];
            reader.BaseStream.ReadExactly(bytes);
        });
        return bytes;
    }

    private static void CheckText(Stream stream, long length)
    {
        if (length > LongestText)
        {
            throw new FormatException($"'{JsonName}' has {length} bytes; at most {LongestText} are read.");
        }
        if (stream.ReadByte() != '{')
        {
            throw new FormatException($"'{JsonName}' is no JSON object.");
        }
    }

    private static void CheckTensors(Stream stream, long length)
    {
        SafetensorsHeader.Read(stream, length);
        if (length > Array.MaxLength)
        {
            throw new FormatException($"'{WeightsName}' has {length} bytes; at most {Array.MaxLength} are read.");
        }
    }

    private static TDescription Described<TDescription>(byte[] json)
    {
        var model = JsonSerializer.Deserialize<Envelope<TDescription>>(json, Json)!.Model
            ?? throw new FormatException($"'{JsonName}' describes nothing.");
        OptionsValidation.Validate(model);
        return model;
    }

    private static void Check(string name, byte[] bytes, byte[] hash)
    {
        if (!SHA256.HashData(bytes).AsSpan().SequenceEqual(hash))
        {
            throw new FormatException($"the checksum of '{name}' does not agree, so its bytes were changed or cut off.");
        }
    }

    private static void CheckVersion(byte[] json)
    {
        var version = (JsonSerializer.Deserialize<Envelope<JsonElement>>(json, Json)
            ?? throw new FormatException($"'{JsonName}' describes nothing.")).FormatVersion;
        if (version is < 1 or > FormatVersion)
        {
            throw new FormatException(
                $"it has format version {version}, and this version of Microsoft.ML.Extensions reads versions 1 to {FormatVersion}; update the package.");
        }
    }

    private sealed record Envelope<T>(int FormatVersion, T Model);
}
