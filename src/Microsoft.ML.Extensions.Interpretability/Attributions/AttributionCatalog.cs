using Microsoft.ML.Extensions.Interpretability;

namespace Microsoft.ML;

/// <summary>Adds explanations of single rows to <see cref="TransformsCatalog"/>.</summary>
public static class AttributionCatalog
{
    /// <summary>Adds to each row which of its steps and channels its prediction comes from.</summary>
    /// <remarks>
    /// <para>
    /// The column <c>Attribution</c> has the shape of the row, <c>[T, C]</c>: a positive number speaks for what is explained, a negative one against it. What is
    /// explained is the log-odds of a class, or the predicted number in the label's unit. <c>Fit</c> learns the baseline from the data: the mean of each channel, or of
    /// each value of a column of fixed length. Tokens have the missing key as their baseline.
    /// </para>
    /// <para>The transformer uses the model, and cannot be saved: save the model, and create the transformer again.</para>
    /// </remarks>
    /// <param name="catalog"><c>ml.Transforms</c>.</param>
    /// <param name="model">A trained or loaded model; the last network of this pack in it is explained.</param>
    /// <param name="options">The options; null for the defaults.</param>
    /// <exception cref="ArgumentException">Options are out of range, or name no class of the model; or the model has no network of this pack.</exception>
    /// <exception cref="NotSupportedException">The network cannot be explained, or not by this method; the message says why.</exception>
    /// <exception cref="ObjectDisposedException">The model was disposed.</exception>
    /// <example><code language="csharp"><![CDATA[
    /// using Microsoft.ML;
    /// using Microsoft.ML.Data;
    ///
    /// var ml = new MLContext(seed: 1);
    /// var rows = ml.Data.LoadFromTsFile("JapaneseVowels_TRAIN.ts");
    /// var data = ml.Transforms.Conversion.MapValueToKey("Label").Fit(rows).Transform(rows);
    /// var model = ml.MulticlassClassification.Trainers.ParaRnn().Fit(data);
    /// var explained = ml.Transforms.CalculateAttribution(model).Fit(data).Transform(data);
    /// var first = explained.GetColumn<float[]>("Attribution").First();
    /// Console.WriteLine($"What matters most in the first row is step {Array.IndexOf(first, first.Max()) / 12}.");
    /// ]]></code></example>
    /// <seealso href="../docs/ExplainAndTrust.html">docs/ExplainAndTrust.md</seealso>
    public static AttributionEstimator CalculateAttribution(this TransformsCatalog catalog, ITransformer model, AttributionOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(model);
        return new AttributionEstimator(model, options ?? new AttributionOptions());
    }
}
