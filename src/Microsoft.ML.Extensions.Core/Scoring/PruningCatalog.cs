using Microsoft.ML.Extensions;
using Microsoft.ML.Extensions.Scoring;

namespace Microsoft.ML;

/// <summary>Removes weights of trained models.</summary>
public static class PruningCatalog
{
    /// <summary>
    /// A copy of a model whose smallest weights are 0: the largest of each matrix, or of all of them, are kept. Nothing is trained again, so
    /// measure the new model; <see cref="TrainingOptions.Sparsity"/> prunes while the other weights can still adapt.
    /// </summary>
    /// <param name="catalog"><c>ml.Model</c>.</param>
    /// <param name="model">A trained or loaded model of this pack, or a chain that has some; it stays as it is.</param>
    /// <param name="options">What to keep; null for the defaults.</param>
    /// <returns>
    /// The model with new weights, which the caller disposes apart from the old one. In a chain the other transformers are shared with the old chain.
    /// </returns>
    /// <exception cref="ArgumentException">The options are out of range, or the model has no network of this pack.</exception>
    /// <exception cref="InvalidOperationException">
    /// A name is unknown (the message lists those there are), no matrix is a target, or the structure does not divide one.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The model was disposed.</exception>
    /// <example><code language="csharp"><![CDATA[
    /// using Microsoft.ML;
    /// using Microsoft.ML.Extensions;
    ///
    /// var ml = new MLContext(seed: 1);
    /// var rows = ml.Data.LoadFromTsFile("JapaneseVowels_TRAIN.ts");
    /// var data = ml.Transforms.Conversion.MapValueToKey("Label").Fit(rows).Transform(rows);
    /// var model = ml.MulticlassClassification.Trainers.Recurrent().Fit(data);
    /// var pruned = ml.Model.Prune(model, new PruningOptions { Density = 0.25 });
    /// Console.WriteLine(ml.Model.CompareScores(model, pruned, data));
    /// ]]></code></example>
    /// <seealso href="../docs/Sparsity.html">docs/Sparsity.md</seealso>
    public static ITransformer Prune(this ModelOperationsCatalog catalog, ITransformer model, PruningOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(model);
        if (options is SparsityOptions or WandaOptions)
        {
            throw new ArgumentException(options is SparsityOptions ? $"Options of training cannot be used on a trained model; use {nameof(PruningOptions)}."
                : $"{nameof(WandaOptions)} need data; use Prune(model, data, options).", nameof(options));
        }
        var settings = (options ?? new PruningOptions()).Validated();
        return NetworkReplacement.Of(model, network => network.Copies.Pruned(settings));
    }

    /// <summary>A copy of a model some of whose weights are 0: those that matter least for the activations of rows.</summary>
    /// <inheritdoc cref="Prune(ModelOperationsCatalog, ITransformer, PruningOptions)" path="/returns"/>
    /// <param name="catalog"><c>ml.Model</c>.</param>
    /// <param name="model">A trained or loaded model of this pack, or a chain that has some; it stays as it is.</param>
    /// <param name="data">Rows as the model reads them; no labels are needed. A few hundred are enough.</param>
    /// <param name="options">What to keep; null for the defaults.</param>
    /// <exception cref="ArgumentException">The options are out of range, or the model has no network of this pack, or a column is missing or of the wrong type.</exception>
    /// <exception cref="InvalidOperationException">
    /// A name is unknown, no matrix is a target, the structure does not divide one, there are no rows, or a target's layer cannot report its inputs (the message names it).
    /// </exception>
    /// <exception cref="InvalidDataException">A row cannot be read; the message names column and row.</exception>
    /// <exception cref="ObjectDisposedException">The model was disposed.</exception>
    /// <seealso href="../docs/Sparsity.html">docs/Sparsity.md</seealso>
    public static ITransformer Prune(this ModelOperationsCatalog catalog, ITransformer model, IDataView data, WandaOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(data);
        var settings = (options ?? new WandaOptions()).Validated();
        return NetworkReplacement.Of(model, network => network.Copies.Pruned(settings, NetworkReplacement.Before(model, network, data)));
    }
}
