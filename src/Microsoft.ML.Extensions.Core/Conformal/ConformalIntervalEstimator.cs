using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Conformal;
using Microsoft.ML.Extensions.MLNet;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Extensions;

/// <summary>Learns from scored rows how wide intervals around predictions are to be, so that they hold the label with a given probability.</summary>
/// <remarks>
/// <para>
/// Split conformal prediction (Vovk, Gammerman, Shafer 2005; Lei et al. 2018, arXiv 1604.04173): whatever the model and the distribution, the
/// label of a new row is within with at least the probability asked for, averaged over rows, if the rows that this estimator sees and the
/// new one could have come in any order. So fit it on rows that the model was not trained on; on the training rows, intervals are too narrow.
/// Of a vector, such as a forecast, each value has a distance of its own, and the probability is that of each value by itself.
/// </para>
/// <para>Rows x values x 4 bytes are kept in memory while it is fitted.</para>
/// </remarks>
/// <inheritdoc cref="ConformalCatalog.ConformalInterval(RegressionCatalog, double, string, string)" path="/example"/>
/// <seealso href="../docs/Conformal.html">docs/Conformal.md</seealso>
public sealed class ConformalIntervalEstimator : IEstimator<ITransformer>
{
    private readonly IHostEnvironment _env;
    private readonly ConformalIntervalOptions _options;

    internal ConformalIntervalEstimator(IHostEnvironment env, ConformalIntervalOptions options) => (_env, _options) = (env, options.Validated());

    /// <summary>Reads the rows once.</summary>
    /// <param name="input">Scored rows that the model was not trained on.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing, of the wrong type, or of another shape than the others.</exception>
    /// <exception cref="InvalidOperationException">There are too few rows for the coverage.</exception>
    /// <exception cref="InvalidDataException">A prediction is missing or infinite, or a label is infinite.</exception>
    /// <exception cref="OperationCanceledException">The context was cancelled.</exception>
    public ITransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var bounds = new IntervalBounds(input.Schema, _options.ScoreColumnName, _options.QuantilesColumnName);
        var label = bounds.Label(input.Schema, _options.LabelColumnName);
        var outside = Outside(input, bounds, label);
        var distances = outside.Select((scores, slot) =>
            ConformalQuantile.Of(CollectionsMarshal.AsSpan(scores), _options.Coverage, Named(slot, outside.Length)));
        return new ConformalIntervalTransformer(new ConformalIntervals(
            _options.ScoreColumnName, _options.QuantilesColumnName, _options.LowerColumnName, _options.UpperColumnName, _options.Coverage, [.. distances]));
    }

    /// <inheritdoc/>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        var score = IntervalColumns.Find(inputSchema, _options.ScoreColumnName, "Score");
        IntervalColumns.Find(inputSchema, _options.LabelColumnName, "Label");
        if (_options.QuantilesColumnName is { } quantiles)
        {
            IntervalColumns.Find(inputSchema, quantiles, "Quantiles");
        }
        var names = score.Annotations.TryFindColumn("SlotNames", out _) ? new SchemaShape([SlotNames.Promise()]) : null;
        return inputSchema.With(new[] { _options.LowerColumnName, _options.UpperColumnName }
            .Select(name => new SchemaShape.Column(name, score.Kind, NumberDataViewType.Single, false, names)));
    }

    // For each value of the label, how far it is outside in each row.
    private List<float>[] Outside(IDataView input, IntervalBounds bounds, DataViewSchema.Column label)
    {
        var outside = new List<float>[IntervalColumns.Count(label)];
        for (var slot = 0; slot < outside.Length; slot++)
        {
            outside[slot] = [];
        }
        using var cursor = input.GetRowCursor([label, .. bounds.Sources]);
        var (labels, predictions) = (IntervalColumns.Reader(cursor, label), bounds.Reader(cursor));
        while (cursor.MoveNext())
        {
            if (_env.IsCanceled())
            {
                throw new OperationCanceledException("ConformalInterval was cancelled.");
            }
            var (values, (lower, upper)) = (labels(), predictions());
            for (var slot = 0; slot < outside.Length; slot++)
            {
                if (float.IsInfinity(values[slot]))
                {
                    throw new InvalidDataException($"Label column '{label.Name}', row {cursor.Position} has an infinite value; an interval needs finite labels.");
                }
                if (!float.IsNaN(values[slot]))
                {
                    // Rounded up, so that the label that decides is within.
                    var exact = ConformalIntervals.Outside(values[slot], lower[slot], upper[slot]);
                    var rounded = (float)exact;
                    outside[slot].Add(rounded < exact ? MathF.BitIncrement(rounded) : rounded);
                }
            }
        }
        return outside;
    }

    private string Named(int slot, int slots) => slots == 1 ? $"ConformalInterval of label '{_options.LabelColumnName}'"
        : string.Create(CultureInfo.InvariantCulture, $"ConformalInterval of label '{_options.LabelColumnName}', value {slot} of {slots},");
}
