using System.Collections.Immutable;
using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Importance;
using Microsoft.ML.Extensions.MLNet;

namespace Microsoft.ML;

/// <summary>Permutation importance by channel, for models of sequences.</summary>
/// <remarks>
/// <para>
/// ML.NET's <c>PermutationFeatureImportance</c> permutes one slot among rows. A slot of a sequence is one channel at one step. Its
/// neighbours in time hold nearly the same information, so every slot seems unimportant, and columns <c>[0, C]</c> have no slots. Here a
/// channel is permuted among rows at all of its steps at once.
/// </para>
/// <para>
/// The fall of a metric is the channel's importance (Breiman 2001, Random Forests, section 10). Rows are kept in memory. Where rows differ
/// in length, the other row's channel is stretched or compressed to fit. The channels of an image are its colours; a plain vector has one.
/// </para>
/// </remarks>
public static class ChannelImportanceCatalog
{
    /// <summary>How multiclass metrics change when a channel is permuted among rows.</summary>
    /// <param name="catalog"><c>ml.MulticlassClassification</c>.</param>
    /// <param name="model">A trained or loaded model; the last network of this pack in it is examined.</param>
    /// <param name="data">Rows as the network reads them, after the model's earlier steps.</param>
    /// <param name="labelColumnName">The label, a key. The default is <c>Label</c>.</param>
    /// <param name="permutationCount">The number of permutations of each channel, over which the statistics are taken; at least 1.</param>
    /// <returns>For each channel, the change of the metrics against the unchanged data.</returns>
    /// <exception cref="ArgumentException">The model has no network of this pack, or the column has no channels of numbers.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type, or the count is below 1.</exception>
    /// <exception cref="InvalidOperationException">There are fewer than two rows.</exception>
    /// <exception cref="ObjectDisposedException">The model was disposed.</exception>
    /// <example><code language="csharp"><![CDATA[
    /// using Microsoft.ML;
    ///
    /// var ml = new MLContext(seed: 1);
    /// var rows = ml.Data.LoadFromTsFile("JapaneseVowels_TRAIN.ts");
    /// var data = ml.Transforms.Conversion.MapValueToKey("Label").Fit(rows).Transform(rows);
    /// var model = ml.MulticlassClassification.Trainers.Recurrent().Fit(data);
    /// foreach (var (channel, metrics) in ml.MulticlassClassification.PermutationChannelImportance(model, data, permutationCount: 10))
    /// {
    ///     Console.WriteLine($"{channel}: {metrics.MicroAccuracy.Mean:f3}");
    /// }
    /// ]]></code></example>
    /// <seealso href="../docs/Models.html">docs/Models.md</seealso>
    public static ImmutableDictionary<string, MulticlassClassificationMetricsStatistics> PermutationChannelImportance(
        this MulticlassClassificationCatalog catalog, ITransformer model, IDataView data, string labelColumnName = "Label",
            int permutationCount = 1)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return ChannelImportance.Of(
            catalog.Environment(), model, data, permutationCount,
            (network, scored) => catalog.Evaluate(scored, labelColumnName, network.Outputs.Score, network.Outputs.PredictedLabel),
            (permuted, baseline) => new MulticlassClassificationMetrics(
                permuted.MicroAccuracy - baseline.MicroAccuracy, permuted.MacroAccuracy - baseline.MacroAccuracy,
                    permuted.LogLoss - baseline.LogLoss,
                permuted.LogLossReduction - baseline.LogLossReduction, permuted.TopKPredictionCount,
                    Differences(permuted.TopKAccuracyForAllK, baseline.TopKAccuracyForAllK),
                Differences(permuted.PerClassLogLoss, baseline.PerClassLogLoss)!),
            () => new MulticlassClassificationMetricsStatistics());
    }

    /// <summary>How binary metrics change when a channel is permuted among rows.</summary>
    /// <param name="catalog"><c>ml.BinaryClassification</c>.</param>
    /// <param name="model">A trained or loaded model; the last network of this pack in it is examined.</param>
    /// <param name="data">Rows as the network reads them, after the model's earlier steps.</param>
    /// <param name="labelColumnName">The label, a Boolean. The default is <c>Label</c>.</param>
    /// <param name="permutationCount">The number of permutations of each channel, over which the statistics are taken; at least 1.</param>
    /// <returns>For each channel, the change of the metrics against the unchanged data.</returns>
    /// <inheritdoc cref="PermutationChannelImportance(MulticlassClassificationCatalog, ITransformer, IDataView, string, int)" path="/exception"/>
    /// <example><code language="csharp"><![CDATA[
    /// using Microsoft.ML;
    ///
    /// var ml = new MLContext(seed: 1);
    /// var data = ml.Data.LoadFromEnumerable(Enumerable.Range(0, 200).Select(i => new Row { Label = i % 2 == 0, Features = [i % 2, i % 3, i % 2, i % 5] }));
    /// var model = ml.BinaryClassification.Trainers.RandomConvolution().Fit(data);
    /// foreach (var (channel, metrics) in ml.BinaryClassification.PermutationChannelImportance(model, data, permutationCount: 10))
    /// {
    ///     Console.WriteLine($"{channel}: {metrics.Accuracy.Mean:f3}");
    /// }
    ///
    /// class Row
    /// {
    ///     public bool Label { get; set; }
    ///
    ///     [Microsoft.ML.Data.VectorType(2, 2)]
    ///     public float[] Features { get; set; } = [];
    /// }
    /// ]]></code></example>
    /// <seealso href="../docs/Models.html">docs/Models.md</seealso>
    public static ImmutableDictionary<string, BinaryClassificationMetricsStatistics> PermutationChannelImportance(
        this BinaryClassificationCatalog catalog, ITransformer model, IDataView data, string labelColumnName = "Label",
            int permutationCount = 1)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return ChannelImportance.Of(
            catalog.Environment(), model, data, permutationCount,
            (network, scored) =>
                catalog.EvaluateNonCalibrated(scored, labelColumnName, network.Outputs.Score, network.Outputs.PredictedLabel),
            (permuted, baseline) => new BinaryClassificationMetrics(
                permuted.AreaUnderRocCurve - baseline.AreaUnderRocCurve, permuted.Accuracy - baseline.Accuracy,
                permuted.PositivePrecision - baseline.PositivePrecision, permuted.PositiveRecall - baseline.PositiveRecall,
                permuted.NegativePrecision - baseline.NegativePrecision, permuted.NegativeRecall - baseline.NegativeRecall,
                permuted.F1Score - baseline.F1Score, permuted.AreaUnderPrecisionRecallCurve - baseline.AreaUnderPrecisionRecallCurve),
            () => new BinaryClassificationMetricsStatistics());
    }

    /// <summary>How regression metrics change when a channel is permuted among rows.</summary>
    /// <param name="catalog"><c>ml.Regression</c>.</param>
    /// <param name="model">A trained or loaded model; the last network of this pack in it is examined.</param>
    /// <param name="data">Rows as the network reads them, after the model's earlier steps.</param>
    /// <param name="labelColumnName">The label, a Single. The default is <c>Label</c>.</param>
    /// <param name="permutationCount">The number of permutations of each channel, over which the statistics are taken; at least 1.</param>
    /// <returns>For each channel, the change of the metrics against the unchanged data.</returns>
    /// <inheritdoc cref="PermutationChannelImportance(MulticlassClassificationCatalog, ITransformer, IDataView, string, int)" path="/exception"/>
    /// <example><code language="csharp"><![CDATA[
    /// using Microsoft.ML;
    ///
    /// var ml = new MLContext(seed: 1);
    /// var data = ml.Data.LoadFromTsFile("FloodModeling1_TRAIN.ts");
    /// var model = ml.Regression.Trainers.RandomConvolution().Fit(data);
    /// foreach (var (channel, metrics) in ml.Regression.PermutationChannelImportance(model, data, permutationCount: 10))
    /// {
    ///     Console.WriteLine($"{channel}: {metrics.RSquared.Mean:f3}");
    /// }
    /// ]]></code></example>
    /// <seealso href="../docs/Models.html">docs/Models.md</seealso>
    public static ImmutableDictionary<string, RegressionMetricsStatistics> PermutationChannelImportance(
        this RegressionCatalog catalog, ITransformer model, IDataView data, string labelColumnName = "Label", int permutationCount = 1)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return ChannelImportance.Of(
            catalog.Environment(), model, data, permutationCount,
            (network, scored) => catalog.Evaluate(scored, labelColumnName, network.Outputs.Score),
            (permuted, baseline) => new RegressionMetrics(
                permuted.MeanAbsoluteError - baseline.MeanAbsoluteError, permuted.MeanSquaredError - baseline.MeanSquaredError,
                permuted.RootMeanSquaredError - baseline.RootMeanSquaredError, permuted.LossFunction - baseline.LossFunction,
                permuted.RSquared - baseline.RSquared),
            () => new RegressionMetricsStatistics());
    }

    private static double[]? Differences(IReadOnlyList<double>? permuted, IReadOnlyList<double>? baseline) =>
        permuted is null || baseline is null ? null : [.. permuted.Zip(baseline, (a, b) => a - b)];
}
