using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.ML.Extensions.Samples;

namespace Microsoft.ML.Extensions.Tool;

/// <summary>A trained model with its description.</summary>
/// <param name="Model">The model.</param>
/// <param name="Schema">The columns that it was trained on.</param>
/// <param name="Description">What it is.</param>
internal sealed record StoredModel(ITransformer Model, DataViewSchema Schema, ModelDescription Description) : IDisposable
{
    public void Dispose() => (Model as IDisposable)?.Dispose();
}

/// <summary>Model files: those of ML.NET, with one entry more that describes the columns.</summary>
internal static class ModelStore
{
    /// <summary>The entry of the description. ML.NET passes it over.</summary>
    public const string EntryName = "mlx.json";

    private const long LongestDescription = 1 << 24;

    /// <summary>How descriptions are written.</summary>
    public static JsonSerializerOptions Json { get; } = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Converters = { new JsonStringEnumConverter() },
    };

    /// <summary>Writes a file, completely or not at all.</summary>
    public static void Save(MLContext ml, string path, ITransformer model, DataViewSchema schema, ModelDescription description)
    {
        var temporary = path + ".writing";
        try
        {
            ml.Model.Save(model, schema, temporary);
            using (var archive = ZipFile.Open(temporary, ZipArchiveMode.Update))
            using (var entry = archive.CreateEntry(EntryName).Open())
            {
                JsonSerializer.Serialize(entry, description, Json);
            }
            File.Move(temporary, path, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    /// <summary>Reads a file.</summary>
    /// <param name="ml">The context.</param>
    /// <param name="path">The file.</param>
    /// <param name="needLibtorch">Called for a model that scores by libtorch.</param>
    /// <exception cref="UsageException">It is no model of this tool, is damaged, or was written by a newer version.</exception>
    public static StoredModel Load(MLContext ml, string path, Action needLibtorch)
    {
        var description = Describe(path);
        if (description.NeedsLibtorch)
        {
            needLibtorch();
        }
        try
        {
            return new StoredModel(ml.Model.Load(path, out var schema), schema, description);
        }
        catch (Exception error) when (error is not (OutOfMemoryException or OperationCanceledException))
        {
            // ML.NET's message contains neither the file nor what was expected.
            throw new UsageException($"'{path}' cannot be read as a model. {ErrorLine.Reason(error)}");
        }
    }

    /// <summary>The description in a file; the model is not read.</summary>
    /// <exception cref="UsageException">It has none, or one of a newer version.</exception>
    public static ModelDescription Describe(string path)
    {
        using (TextFile.Open(path))
        {
            // Only its errors are wanted: no file, a folder, an empty file.
        }
        try
        {
            using var archive = ZipFile.OpenRead(path);
            var entry = archive.GetEntry(EntryName) ?? throw new UsageException(
                $"'{path}' says nothing of its columns: it was not written by 'mlx train'. A model of a program of your own is used in that program.");
            if (entry.Length > LongestDescription)
            {
                throw new UsageException($"'{path}' is damaged: its description has {entry.Length} bytes, allowed are {LongestDescription}.");
            }
            using var stream = entry.Open();
            using var json = JsonDocument.Parse(stream);
            var version = json.RootElement.GetProperty("version").GetInt32();
            return version > ModelDescription.CurrentVersion
                ? throw new UsageException($"'{path}' was written by a newer version of mlx (description {version}; this one reads up to "
                    + $"{ModelDescription.CurrentVersion}). Take that version of mlx, or train again.")
                : json.RootElement.Deserialize<ModelDescription>(Json)!;
        }
        catch (InvalidDataException)
        {
            throw new UsageException($"'{path}' is no model file: a model is a .zip that 'mlx train' wrote.");
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new UsageException($"'{path}' is damaged: its description cannot be read. {error.Message}");
        }
    }
}
