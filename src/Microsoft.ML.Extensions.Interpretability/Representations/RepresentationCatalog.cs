using Microsoft.ML.Extensions;
using Microsoft.ML.Extensions.Interpretability;
using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Torch;

namespace Microsoft.ML;

/// <summary>Adds the comparison of representations to <see cref="ModelOperationsCatalog"/>.</summary>
public static class RepresentationCatalog
{
    /// <summary>Compares the layers of two models of this pack on the same rows.</summary>
    /// <param name="catalog"><c>ml.Model</c>.</param>
    /// <param name="model">The first model.</param>
    /// <param name="other">The second model; it may be the first one, and of another trainer, task or feature column.</param>
    /// <param name="data">Rows with the feature columns of both models, as the models read them; no labels are needed.</param>
    /// <param name="options">The options; null for the defaults.</param>
    /// <exception cref="ArgumentException">
    /// Options are out of range; or a model has no layers, or a column is missing or not of the type it had in training.
    /// </exception>
    /// <exception cref="InvalidDataException">A row cannot be read, or an activation is not finite; the message names column and row, or layer.</exception>
    /// <exception cref="InvalidOperationException">There are fewer than four rows.</exception>
    /// <exception cref="ObjectDisposedException">A model was disposed.</exception>
    /// <exception cref="OperationCanceledException">The comparison was cancelled.</exception>
    /// <example><code language="csharp"><![CDATA[
    /// using Microsoft.ML;
    /// using Microsoft.ML.Extensions.Sequence;
    ///
    /// var ml = new MLContext(seed: 1);
    /// var rows = ml.Data.LoadFromTsFile("JapaneseVowels_TRAIN.ts");
    /// var data = ml.Transforms.Conversion.MapValueToKey("Label").Fit(rows).Transform(rows);
    /// using var model = ml.MulticlassClassification.Trainers.ParaRnn(new ParaRnnOptions { Base = SequenceBase.None }).Fit(data);
    /// using var other = ml.MulticlassClassification.Trainers.Aaren(new AarenOptions { Base = SequenceBase.None }).Fit(data);
    /// Console.WriteLine(ml.Model.CompareRepresentations(model, other, data));
    /// ]]></code></example>
    /// <seealso href="../docs/RepresentationSimilarity.html">docs/RepresentationSimilarity.md</seealso>
    public static RepresentationSimilarity CompareRepresentations(
        this ModelOperationsCatalog catalog, NetworkTransformer model, NetworkTransformer other, IDataView data,
        RepresentationOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(other);
        ArgumentNullException.ThrowIfNull(data);
        var settings = (options ?? new()).Validated();
        CheckLayers(model, nameof(model));
        CheckLayers(other, nameof(other));
        using var first = model.ReadLayers(data, settings.BatchSize);
        using var second = other.ReadLayers(data, settings.BatchSize);
        var (layers, others) = (first.Layers, second.Layers);
        var biased = new SimilaritySums(unbiased: false, layers.Count, others.Count);
        var unbiased = new SimilaritySums(unbiased: true, layers.Count, others.Count);
        var rows = 0L;
        while (true)
        {
            settings.CancellationToken.ThrowIfCancellationRequested();
            using var scope = TorchSharp.torch.NewDisposeScope();
            var (ones, twos) = (first.Next(), second.Next());
            if (ones.Count == 0 || ones[0].shape[0] < KernelAlignment.LeastRows)
            {
                break;
            }
            CheckFinite(layers, ones, rows);
            CheckFinite(others, twos, rows);
            biased.Add(ones, twos);
            unbiased.Add(ones, twos);
            rows += ones[0].shape[0];
        }
        return rows > 0 ? new RepresentationSimilarity(layers, others, rows, biased, unbiased)
            : throw new InvalidOperationException($"The data has fewer than {KernelAlignment.LeastRows} rows, of which no similarity can be computed.");
    }

    private static void CheckFinite(IReadOnlyList<string> layers, IReadOnlyList<TorchSharp.torch.Tensor> activations, long row)
    {
        for (var i = 0; i < layers.Count; i++)
        {
            if (!activations[i].isfinite().all().Item<bool>())
            {
                throw new InvalidDataException(FormattableString.Invariant(
                    $"Layer '{layers[i]}' has activations that are not finite in the batch that begins at row {row}; the rows are too far from the training values, or the model's weights are damaged."));
            }
        }
    }

    private static void CheckLayers(NetworkTransformer model, string parameter)
    {
        if (model.Layers.Count == 0)
        {
            throw new ArgumentException(
                $"The {model.Model.Kind} model on column '{model.FeatureColumnName}' has no layers whose activations can be taken.", parameter);
        }
    }
}
