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
    /// <example><code language="csharp"><![CDATA[
    /// using Microsoft.ML;
    /// using Microsoft.ML.Data;
    /// using Microsoft.ML.Extensions.Sequence;
    ///
    /// var ml = new MLContext(seed: 1);
    /// var data = ml.Data.LoadFromTextFile("texts.tsv", [new("Label", DataKind.Boolean, 0), new("Text", DataKind.String, 1)]);
    /// using var encoder = TextEncoder.Load("all-MiniLM-L6-v2");
    /// var pipeline = ml.Transforms.Text.EmbedText("Features", encoder, "Text")
    ///     .Append(ml.BinaryClassification.Trainers.LbfgsLogisticRegression());
    /// ml.Model.Save(pipeline.Fit(data), data.Schema, "model.zip");
    /// ]]></code></example>
    /// <seealso href="../docs/TextEncoders.html">docs/TextEncoders.md</seealso>
    public static TextEmbeddingEstimator EmbedText(
        this TransformsCatalog.TextTransforms catalog, string outputColumnName, IEmbeddingGenerator<string, Embedding<float>> generator,
            string? inputColumnName = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new TextEmbeddingEstimator(generator, outputColumnName, inputColumnName);
    }
}
