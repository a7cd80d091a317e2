using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Conformal;
using Microsoft.ML.Extensions.MLNet;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Extensions;

/// <summary>Learns from scored rows which classes a prediction is to name, so that the label is among them with a given probability.</summary>
/// <remarks>
/// Split conformal prediction (Vovk, Gammerman, Shafer 2005): whatever the model and the distribution, the label of a new row is in its set with
/// at least the probability asked for, averaged over rows, if the rows that this estimator sees and the new one could have come in any order.
/// So fit it on rows that the model was not trained on; on the training rows, sets are too small. The most probable class is in every set.
/// </remarks>
/// <inheritdoc cref="ConformalCatalog.ConformalSet(MulticlassClassificationCatalog, double, string, string)" path="/example"/>
/// <seealso href="../docs/Conformal.html">docs/Conformal.md</seealso>
public sealed class ConformalSetEstimator : IEstimator<ITransformer>
{
    private readonly IHostEnvironment _env;
    private readonly ConformalSetOptions _options;

    internal ConformalSetEstimator(IHostEnvironment env, ConformalSetOptions options) => (_env, _options) = (env, options.Validated());

    /// <summary>Reads the rows once.</summary>
    /// <param name="input">Scored rows that the model was not trained on.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type, or the label has other classes than the prediction.</exception>
    /// <exception cref="InvalidOperationException">There are too few rows for the coverage.</exception>
    /// <exception cref="InvalidDataException">The scores of a row are no probabilities.</exception>
    /// <exception cref="OperationCanceledException">The context was cancelled.</exception>
    public ITransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var columns = new SetColumns(input.Schema, _options.ScoreColumnName, _options.PredictedLabelColumnName);
        var label = columns.Label(input.Schema, _options.LabelColumnName);
        var scores = Scores(input, columns, label);
        return new ConformalSetTransformer(new ConformalSets(
            _options.ScoreColumnName, _options.PredictedLabelColumnName, _options.OutputColumnName, _options.Coverage, _options.Method, Thresholds(scores, columns)));
    }

    /// <inheritdoc/>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        SetColumns.CheckScore(inputSchema.Find(_options.ScoreColumnName, "Score"));
        SetColumns.CheckKey(inputSchema.Find(_options.LabelColumnName, "Label"), "Label");
        var predicted = inputSchema.Find(_options.PredictedLabelColumnName, "PredictedLabel");
        SetColumns.CheckKey(predicted, "PredictedLabel");
        var names = predicted.Annotations.TryFindColumn("KeyValues", out var values) ? new SchemaShape([values]) : null;
        return inputSchema.With([new SchemaShape.Column(
            _options.OutputColumnName, SchemaShape.Column.VectorKind.VariableVector, NumberDataViewType.UInt32, true, names)]);
    }

    // Of the rows of each class.
    private List<float>[] Scores(IDataView input, SetColumns columns, DataViewSchema.Column label)
    {
        var scores = new List<float>[columns.Count];
        for (var kind = 0; kind < scores.Length; kind++)
        {
            scores[kind] = [];
        }
        using var cursor = input.GetRowCursor([label, columns.Score]);
        var (keys, read) = (cursor.GetGetter<uint>(label), columns.Reader(cursor));
        uint key = 0;
        while (cursor.MoveNext())
        {
            if (_env.IsCanceled())
            {
                throw new OperationCanceledException("ConformalSet was cancelled.");
            }
            keys(ref key);
            if (key > 0)
            {
                var probabilities = read();
                scores[key - 1].Add(ConformalScores.Of(probabilities, ConformalScores.Order(probabilities), _options.Method)[key - 1]);
            }
        }
        return scores;
    }

    private double[] Thresholds(List<float>[] scores, SetColumns columns)
    {
        var label = $"ConformalSet of label '{_options.LabelColumnName}'";
        if (!_options.PerClass)
        {
            var all = ConformalQuantile.Of([.. scores.SelectMany(part => part)], _options.Coverage, label);
            return [.. Enumerable.Repeat(all, scores.Length)];
        }
        var names = columns.Names();
        return [.. scores.Select((part, kind) => ConformalQuantile.Of(CollectionsMarshal.AsSpan(part), _options.Coverage,
            string.Create(CultureInfo.InvariantCulture, $"{label}, class '{names?[kind] ?? $"{kind + 1}"}' (PerClass is true),")))];
    }
}
