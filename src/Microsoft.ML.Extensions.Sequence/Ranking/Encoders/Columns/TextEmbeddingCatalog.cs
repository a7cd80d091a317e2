using Microsoft.Extensions.AI;
using Microsoft.ML.Extensions.Sequence;

namespace Microsoft.ML;

/// <summary>Adds text encoders to <c>ml.Transforms.Text</c>.</summary>
public static class TextEmbeddingCatalog
{
    /// <summary>Adds a column with the vector of each text, <c>Vector&lt;Single, D&gt;</c>.</summary>
    /// <remarks>
    /// Up to 256 rows are read ahead and encoded together. A <see cref="TextEncoder"/> is saved with the model; its owner may dispose it
    /// once the pipeline is fitted. Any other generator, local or hosted, works too, but a model with it cannot be saved.
    /// </remarks>
    /// <param name="catalog"><c>ml.Transforms.Text</c>.</param>
    /// <param name="outputColumnName">The column of vectors.</param>
    /// <param name="generator">A <see cref="TextEncoder"/>, or any other generator of vectors of one length.</param>
    /// <param name="inputColumnName">The column of texts; null for the name of the output.</param>
    public static TextEmbeddingEstimator EmbedText(
        this TransformsCatalog.TextTransforms catalog, string outputColumnName, IEmbeddingGenerator<string, Embedding<float>> generator,
            string? inputColumnName = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new TextEmbeddingEstimator(generator, outputColumnName, inputColumnName);
    }
}
