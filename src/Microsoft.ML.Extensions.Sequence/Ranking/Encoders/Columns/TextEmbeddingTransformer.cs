using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Extensions.MLNet;
using Microsoft.ML.Extensions.Persistence;
using Microsoft.ML.Extensions.Scoring;
using Microsoft.ML.Extensions.Sequence;
using Microsoft.ML.Extensions.Torch;
using Microsoft.ML.Runtime;

[assembly: LoadableClass(typeof(TextEmbeddingTransformer), null, typeof(SignatureLoadModel), "Text embedding", TextEmbeddingTransformer.Loader)]

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Adds a column with the vectors of texts.</summary>
/// <remarks>
/// A <see cref="TextEncoder"/> is saved with the model, including weights and vocabulary; saving a model with another generator throws. Any
/// number of threads may read at once. Dispose it, or the chain that contains it, to free the weights once the last cursor that uses them
/// has ended.
/// </remarks>
/// <inheritdoc cref="TextEmbeddingCatalog.EmbedText" path="/example"/>
/// <seealso href="../docs/TextEncoders.html">docs/TextEncoders.md</seealso>
public sealed class TextEmbeddingTransformer : ITransformer, IDisposable
{
    /// <summary>Frozen: it is in every model file.</summary>
    internal const string Loader = "MLExtTextEmbedding";

    private static readonly ModelKind Kind = new("TXTEMBED", Loader, typeof(TextEmbeddingTransformer).Assembly);

    private readonly TextEmbedding _columns;
    private readonly Shared<ITextEmbedder> _embedder;

    internal TextEmbeddingTransformer(TextEmbedding columns, ITextEmbedder embedder)
    {
        _columns = columns;
        Dimensions = embedder.Dimensions;
        _embedder = new Shared<ITextEmbedder>(embedder, 0, () => new ObjectDisposedException(nameof(TextEmbeddingTransformer)));
    }

    /// <summary>D, the numbers of a vector.</summary>
    public int Dimensions { get; }

    /// <summary>True: a row's vector depends on the row alone.</summary>
    public bool IsRowToRowMapper => true;

    /// <summary>The schema with the column of vectors.</summary>
    /// <param name="inputSchema">The schema of the data.</param>
    /// <exception cref="ArgumentOutOfRangeException">The column of texts is missing or is not text.</exception>
    /// <exception cref="ObjectDisposedException">The transformer was disposed.</exception>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => Bind(inputSchema).OutputSchema;

    /// <summary>The same for single rows.</summary>
    /// <param name="inputSchema">The schema of the rows.</param>
    /// <exception cref="ArgumentOutOfRangeException">The column of texts is missing or is not text.</exception>
    /// <exception cref="ObjectDisposedException">The transformer was disposed.</exception>
    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) => Bind(inputSchema);

    /// <summary>The data with the column of vectors, computed as it is read.</summary>
    /// <param name="input">The data.</param>
    /// <exception cref="ArgumentOutOfRangeException">The column of texts is missing or is not text.</exception>
    /// <exception cref="ObjectDisposedException">The transformer was disposed.</exception>
    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new BatchedView(input, Bind(input.Schema));
    }

    /// <summary>Ends the use of the transformer; existing cursors continue.</summary>
    public void Dispose() => _embedder.Close();

    void ICanSaveModel.Save(ModelSaveContext ctx)
    {
        using var lease = _embedder.Rent();
        var (description, weights) = lease.Use(embedder => embedder.Content());
        ModelEntry.Save(ctx, Kind, _columns with { Encoder = description }, weights);
    }

    private TextEmbeddingMapping Bind(DataViewSchema schema)
    {
        ArgumentNullException.ThrowIfNull(schema);
        _embedder.CheckOpen();
        return new TextEmbeddingMapping(schema, _columns, _embedder, Dimensions);
    }

    private static TextEmbeddingTransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        var (columns, weights) = ModelEntry.Load<TextEmbedding>(ctx, Kind);
        var description = columns.Encoder ?? throw new FormatException($"The {Loader} entry of the model file has no encoder.");
        var device = TorchDevice.Resolve(env.GpuDeviceId(), env.FallbackToCpu());
        using var encoder = TextEncoder.Of(EncoderModel.Load(description, weights, device));
        return new TextEmbeddingTransformer(columns, new LoadedEmbedder(encoder.Rent()));
    }
}
