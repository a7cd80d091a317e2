using Microsoft.ML.Extensions.Scoring;

namespace Microsoft.ML;

/// <summary>Rounds the weights of trained models, for smaller files.</summary>
public static class QuantizationCatalog
{
    /// <summary>
    /// A copy of a model whose weight matrices are whole numbers from -127 to 127 times a scale for each output: about a quarter of the bytes in its file.
    /// </summary>
    /// <remarks>
    /// Symmetric, per output: the scale is the largest size of an output's weights divided by 127, and a weight is rounded to the nearest multiple. Biases,
    /// norms, tables and other parameters stay single precision. In memory the weights are single precision, too, and scoring takes as long as before; its results
    /// are those of the rounded weights, to the last bit, and the same after saving and loading. A weight of 0 stays 0.
    /// <see cref="ModelComparisonCatalog.CompareScores"/> measures what it changes.
    /// </remarks>
    /// <param name="catalog"><c>ml.Model</c>.</param>
    /// <param name="model">A trained or loaded model of this pack, or a chain that has some; it stays as it is.</param>
    /// <returns>
    /// The model with rounded weights, which the caller disposes apart from the old one. In a chain the other transformers are shared with the old chain.
    /// </returns>
    /// <exception cref="ArgumentException">The model has no network of this pack.</exception>
    /// <exception cref="InvalidOperationException">A network has no weight matrices.</exception>
    /// <exception cref="ObjectDisposedException">The model was disposed.</exception>
    /// <example><code language="csharp"><![CDATA[
    /// using Microsoft.ML;
    ///
    /// var ml = new MLContext(seed: 1);
    /// var rows = ml.Data.LoadFromTsFile("JapaneseVowels_TRAIN.ts");
    /// var data = ml.Transforms.Conversion.MapValueToKey("Label").Fit(rows).Transform(rows);
    /// var model = ml.MulticlassClassification.Trainers.Recurrent().Fit(data);
    /// var rounded = ml.Model.Quantize(model);
    /// Console.WriteLine(ml.Model.CompareScores(model, rounded, data));
    /// ]]></code></example>
    /// <seealso href="../docs/Sparsity.html">docs/Sparsity.md</seealso>
    public static ITransformer Quantize(this ModelOperationsCatalog catalog, ITransformer model)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(model);
        return NetworkReplacement.Of(model, network => network.Copies.Quantized());
    }
}
