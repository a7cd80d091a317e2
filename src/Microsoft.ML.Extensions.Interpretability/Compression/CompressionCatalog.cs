using Microsoft.ML.Data;
using Microsoft.ML.Extensions;
using Microsoft.ML.Extensions.Interpretability;
using Microsoft.ML.Extensions.MLNet;

namespace Microsoft.ML;

/// <summary>Adds compression to <see cref="ModelOperationsCatalog"/>.</summary>
public static class CompressionCatalog
{
    /// <summary>
    /// Looks for a smaller network of the same kind that is about as accurate, and trains it on the labels and on the model's outputs.
    /// </summary>
    /// <remarks>
    /// Candidates learn from the training rows and are measured on the validation rows; test rows play no part. The training of the winner
    /// follows the options that the model was trained with, except for sparsity, guidance and checkpoints. The model stays as it is.
    /// </remarks>
    /// <param name="catalog"><c>ml.Model</c>.</param>
    /// <param name="model">A trained or loaded model of this pack, or a chain that has one.</param>
    /// <param name="train">The training rows, as the model, or its chain, reads them.</param>
    /// <param name="validation">
    /// Rows that measure candidates, with the same columns; null takes a part of the training rows, <see
    /// cref="CompressionOptions.ValidationFraction"/>. Forecasts need them.
    /// </param>
    /// <param name="options">The options; null for the defaults.</param>
    /// <returns>The smaller model and the report.</returns>
    /// <exception cref="ArgumentException">
    /// The options are out of range; the model has no network of this pack, several, one that has no smaller form, or one that corrects the
    /// score of another ranker in its chain; or a column is missing.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">A column is not of the type it had in training.</exception>
    /// <exception cref="InvalidOperationException">
    /// No candidate meets the constraints (the message names the nearest), the time is too short for one candidate, the model's accuracy is
    /// 0, or the validation rows tell no accuracy, such as queries whose documents all have one label.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The model was disposed.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled before there was a network; afterwards the best so far is returned.</exception>
    /// <example><code language="csharp"><![CDATA[
    /// using Microsoft.ML;
    /// using Microsoft.ML.Extensions.Sequence;
    ///
    /// var ml = new MLContext(seed: 1);
    /// var data = ml.Data.TrainTestSplit(ml.Data.LoadFromTsFile("JapaneseVowels_TRAIN.ts"), testFraction: 0.25);
    /// var (train, validation) = (data.TrainSet, data.TestSet);
    /// var options = new ParaRnnOptions { Base = SequenceBase.None };
    /// var model = ml.Transforms.Conversion.MapValueToKey("Label").Append(ml.MulticlassClassification.Trainers.ParaRnn(options)).Fit(train);
    ///
    /// using var compressed = ml.Model.Compress(model, train, validation);
    /// Console.WriteLine(compressed.Report);
    /// ml.Model.Save(compressed.Model, train.Schema, "small.zip");
    /// ]]></code></example>
    /// <seealso href="../docs/Compression.html">docs/Compression.md</seealso>
    public static CompressedModel Compress(
        this ModelOperationsCatalog catalog, ITransformer model, IDataView train, IDataView? validation = null, CompressionOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(train);
        var settings = (options ?? new CompressionOptions()).Validated();
        var parts = model.Parts().ToArray();
        var networks = parts.OfType<NetworkTransformer>().ToArray();
        if (networks is not [var teacher])
        {
            throw new ArgumentException(networks.Length == 0
                ? "The model has no network of Microsoft.ML.Extensions in it, so there is nothing to compress."
                : $"The model has {networks.Length} networks, which compression cannot weigh against each other; compress each alone.", nameof(model));
        }
        if (teacher.ReadOptions() is NetworkTrainerOptions { CorrectedColumnName: { } corrected }
            && train.Schema.GetColumnOrNull(corrected) is null)
        {
            throw new ArgumentException(
                $"The {teacher.Model.Kind} model corrects the score of another ranker in the same chain (column '{corrected}'), which may have learned from these rows: its scores on them say more than on new rows, and a network that learns from them trusts them too much. "
                + $"Compress the {teacher.Model.Kind} model alone, on data whose column '{corrected}' has scores of rows that the other ranker has not learned from.", nameof(model));
        }
        var before = parts.TakeWhile(part => part != teacher).ToArray();
        var (student, report, policy) = new Compressor(catalog.Environment(), teacher, settings).Run(Through(train), validation is null ? null : Through(validation));
        var whole = parts.Length == 1 ? (ITransformer)student
            : new TransformerChain<ITransformer>([.. parts.Select(part => part == teacher ? student : part)]);
        return new CompressedModel(whole, student, report, policy);

        IDataView Through(IDataView data) => before.Aggregate(data, (view, part) => part.Transform(view));
    }
}
