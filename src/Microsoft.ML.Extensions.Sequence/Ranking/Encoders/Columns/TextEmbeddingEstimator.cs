using Microsoft.Extensions.AI;
using Microsoft.ML.Data;
using Microsoft.ML.Extensions.MLNet;
using VectorKind = Microsoft.ML.SchemaShape.Column.VectorKind;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Adds a column with the vectors of texts; it needs no training.</summary>
/// <inheritdoc cref="TextEmbeddingCatalog.EmbedText" path="/example"/>
/// <seealso href="../docs/TextEncoders.html">docs/TextEncoders.md</seealso>
public sealed class TextEmbeddingEstimator : IEstimator<TextEmbeddingTransformer>
{
    private readonly IEmbeddingGenerator<string, Embedding<float>> _generator;
    private readonly TextEmbedding _columns;

    internal TextEmbeddingEstimator(
        IEmbeddingGenerator<string, Embedding<float>> generator, string outputColumnName, string? inputColumnName)
    {
        ArgumentNullException.ThrowIfNull(generator);
        ArgumentException.ThrowIfNullOrEmpty(outputColumnName);
        inputColumnName ??= outputColumnName;
        ArgumentException.ThrowIfNullOrEmpty(inputColumnName);
        (_generator, _columns) = (generator, new TextEmbedding(outputColumnName, inputColumnName, null));
    }

    /// <summary>Creates the transformer for data of this schema; no row is read.</summary>
    /// <param name="input">Data with the column of texts.</param>
    /// <exception cref="ArgumentOutOfRangeException">The column of texts is missing or is not text.</exception>
    /// <exception cref="InvalidOperationException">The generator does not give vectors of a fixed length.</exception>
    /// <exception cref="ObjectDisposedException">The encoder was disposed.</exception>
    public TextEmbeddingTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        _ = GetOutputSchema(SchemaShape.Create(input.Schema));
        return new TextEmbeddingTransformer(
            _columns, _generator is TextEncoder encoder ? new LoadedEmbedder(encoder.Rent()) : GivenEmbedder.Of(_generator));
    }

    /// <inheritdoc/>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        var column = inputSchema.Find(_columns.InputColumnName, "Input");
        return column.Kind == VectorKind.Scalar && column.ItemType is TextDataViewType
            ? inputSchema.With([new SchemaShape.Column(_columns.OutputColumnName, VectorKind.Vector, NumberDataViewType.Single, false)])
            : throw SchemaColumns.WrongType(column.Name, "Input", "text", column.Describe());
    }
}
