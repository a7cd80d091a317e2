using System.Text.Json;
using Microsoft.ML.Data;
using Microsoft.ML.Extensions.MLNet;
using Microsoft.ML.Extensions.Persistence;
using Microsoft.ML.Extensions.Scoring;
using Microsoft.ML.Extensions.Torch;
using Microsoft.ML.Transforms.Image;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Vectors of images alone and of sentences alone by a trained model, with the steps of its pipeline that they need.</summary>
internal sealed class ImageTextEncoder : IDisposable
{
    // The values of images computed together: a few hundred small ones.
    private const int ValuesAtOnce = 1 << 21;
    private const int MostRows = 256;

    private readonly ITransformer[] _steps;
    private readonly Lease<Networks.Network> _lease;
    private readonly ImageTextMatchingOptions _options;
    private readonly ImageTextInput _input;
    private readonly ImageTextDetails _details;

    private ImageTextEncoder(ITransformer[] steps, NetworkTransformer model)
    {
        (_steps, _lease) = (steps, model.Rent());
        _options = model.Options.Deserialize<ImageTextMatchingOptions>(ModelEntry.Json)!;
        (_input, _details) = _lease.Use(network => (((ImageTextNetwork)network).Input, ((ImageTextNetwork)network).Details));
        Fingerprint = Convert.ToHexString(model.Fingerprint(_lease));
    }

    /// <summary>What identifies the model.</summary>
    public string Fingerprint { get; }

    /// <summary>E.</summary>
    public int Size => _options.EmbeddingSize;

    /// <summary>The encoder of a model.</summary>
    /// <exception cref="ArgumentException">The model has no part that ImageTextMatching trained, or two.</exception>
    /// <exception cref="ObjectDisposedException">The model was disposed.</exception>
    public static ImageTextEncoder Of(ITransformer model)
    {
        ArgumentNullException.ThrowIfNull(model);
        var parts = model.Parts().ToArray();
        var matching = parts.OfType<NetworkTransformer>()
            .Where(part => part.Model.Kind == ImageTextMatchingTrainer.Network.Name).ToArray();
        return matching is [var trained] ? new(parts[..Array.IndexOf(parts, trained)], trained)
            : throw new ArgumentException(
                $"The model has {matching.Length} parts that ImageTextMatching trained; an index needs one.", nameof(model));
    }

    /// <summary>The id and vector of each row; images that cannot be read are left out where the options say so.</summary>
    /// <param name="data">The rows.</param>
    /// <param name="content">What to read of them.</param>
    /// <param name="idColumnName">The id's column; null for none.</param>
    public IEnumerable<(string Id, float[] Vector)> Encode(IDataView data, ImageTextContent content, string? idColumnName)
    {
        var view = ModelSteps.Apply(_steps, data);
        var column = content == ImageTextContent.Images
            ? _details.Image.Bind(view.Schema, _options.FeatureColumnName) : _details.Text.Bind(view.Schema, _options.Sentences);
        List<DataViewSchema.Column> needed = [column];
        if (idColumnName is not null)
        {
            needed.Add(view.Schema.Find(idColumnName, "Id"));
        }
        using var cursor = view.GetRowCursor(needed);
        var read = Reader(cursor, column, content);
        var id = idColumnName is null ? null : IdReader.Create(cursor, idColumnName, "Id");
        var (ids, rows) = (new List<string>(), new List<float[]>());
        var most = content == ImageTextContent.Sentences ? MostRows : Math.Clamp(ValuesAtOnce / _details.Image.Values, 1, MostRows);
        while (cursor.MoveNext())
        {
            if (Read(read) is not { } values)
            {
                continue;
            }
            ids.Add(id?.Invoke() ?? "");
            rows.Add(values);
            if (rows.Count == most)
            {
                foreach (var pair in ids.Zip(Encode(rows, content)))
                {
                    yield return pair;
                }
                ids.Clear();
                rows.Clear();
            }
        }
        foreach (var pair in rows.Count == 0 ? [] : ids.Zip(Encode(rows, content)))
        {
            yield return pair;
        }
    }

    /// <summary>The vector of a sentence.</summary>
    /// <exception cref="ArgumentException">The model knows none of its words, nor a run of their letters.</exception>
    public float[] Encode(string sentence)
    {
        if (_details.Text.Terms is { } terms
            && new TextCoder(_options.Text, new TermVocabulary(terms)).Encode(sentence) is [TermVocabulary.Unknown])
        {
            throw new ArgumentException(
                $"The model knows no word of the sentence '{sentence}', so nothing can be found by it.", nameof(sentence));
        }
        return Single(ImageTextContent.Sentences, _options.Sentences, TextDataViewType.Instance, sentence.AsMemory());
    }

    /// <summary>The vector of an image.</summary>
    public float[] Encode(MLImage image) => Single(ImageTextContent.Images, _options.FeatureColumnName, new ImageDataViewType(), image);

    public void Dispose() => _lease.Dispose();

    private float[] Single<T>(ImageTextContent content, string column, DataViewType type, T value)
    {
        var builder = new DataViewSchema.Builder();
        builder.AddColumn(column, type);
        return Encode(new OneValueView<T>(builder.ToSchema(), value), content, null).Single().Vector;
    }

    private Func<float[]> Reader(DataViewRow row, DataViewSchema.Column column, ImageTextContent content)
    {
        if (content == ImageTextContent.Images)
        {
            var images = _input.Images(row, column);
            return () => images.Read().ToArray();
        }
        var sentences = _input.Sentences(row, column);
        return () => sentences.Read().ToArray();
    }

    private float[]? Read(Func<float[]> read)
    {
        try
        {
            return read();
        }
        catch (InvalidDataException) when (_options.Image.Unreadable == UnreadableImages.Skip)
        {
            return null;
        }
    }

    private List<float[]> Encode(List<float[]> rows, ImageTextContent content) => TorchMemory.Guard(
        () => $"Computing the vectors of {rows.Count} {content}",
        () => _lease.Use(network => Encode((ImageTextNetwork)network, rows, content)));

    private List<float[]> Encode(ImageTextNetwork network, List<float[]> rows, ImageTextContent content)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        int[] lengths = [.. rows.Select(row => row.Length)];
        var values = zeros([rows.Count, lengths.Max()], ScalarType.Float32);
        for (var row = 0; row < rows.Count; row++)
        {
            rows[row].CopyTo(values.AsSpan()[(row * lengths.Max())..]);
        }
        values = values.to(network.Device);
        var vectors = (content == ImageTextContent.Images ? network.Images(values) : network.Sentences(values, lengths)).cpu().contiguous();
        return [.. Enumerable.Range(0, rows.Count).Select(row => vectors.AsSpan().Slice(row * Size, Size).ToArray())];
    }
}
