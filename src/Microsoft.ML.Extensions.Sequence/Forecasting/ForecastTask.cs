using System.Globalization;
using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.MLNet;
using Microsoft.ML.Extensions.Tasks;
using VectorKind = Microsoft.ML.SchemaShape.Column.VectorKind;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>
/// The next values of one or several series from a label <c>[H, K]</c>: squared error of the mean, pinball loss of the quantiles.
/// </summary>
internal sealed class ForecastTask(ForecastOptions options)
    : TaskKind("Forecast", isClassification: false,
        "a vector of Single of known size, [horizon] or [horizon, targets] (ml.Transforms.Sequences.ForecastWindow creates it)")
{
    // Larger whole numbers are not exact in single precision.
    private const int LargestCount = 1 << 24;

    public static ForecastTask Instance { get; } = new(new ForecastOptions());

    /// <summary>The task under these options, which are checked and copied; the defaults for null.</summary>
    /// <exception cref="ArgumentException">Options are out of range; the message lists all of them.</exception>
    public static ForecastTask Of(ForecastOptions? options) => options is null ? Instance : new ForecastTask(options.Validated());

    public override bool RowsAreInTime => true;

    // The values that are known are learned from.
    public override bool IsMissing(ReadOnlySpan<float> label)
    {
        foreach (var value in label)
        {
            if (!float.IsNaN(value))
            {
                return false;
            }
        }
        return true;
    }

    public override int NeededChannels(DataViewSchema.Column label) => Targets(label);

    protected override VectorKind? LabelKind => VectorKind.Vector;

    protected override bool Accepts(SchemaShape.Column column) => !column.IsKey && column.ItemType == NumberDataViewType.Single;

    // The annotation of the window gives the number of known channels.
    public override TaskKind For(DataViewSchema.Column feature)
    {
        var known = WindowPlaces.Known(feature);
        if (known == 0 || options.KnownChannels == known)
        {
            return this;
        }
        return options.KnownChannels == 0 ? new ForecastTask(options.WithKnown(known)) : throw new ArgumentOutOfRangeException(
            "schema", $"Feature column '{feature.Name}' was created with {known} channels known in advance, and KnownChannels is {options.KnownChannels}; "
            + "leave KnownChannels at 0 to use the column's number, or name the columns in knownColumnNames.");
    }

    protected override void CheckSize(DataViewSchema.Column column)
    {
        if (column.Type is VectorDataViewType vector)
        {
            if (ParametricDistribution.Of(options.Distribution) is { } distribution)
            {
                SizeLimits.OfColumn(
                    $"A forecast of label column '{column.Name}' with the {distribution.Parameters} parameters of {options.Distribution}", SizeLimits.MaxForecast,
                    "Forecast fewer steps or series.", [distribution.Parameters, .. vector.Dimensions.Select(size => (long)size)]);
            }
            SizeLimits.OfColumn(
                $"A forecast of label column '{column.Name}' with {options.Quantiles.Length} quantiles", SizeLimits.MaxForecast,
                "Forecast fewer steps, series or quantiles.",
                    [1 + options.Quantiles.Length, .. vector.Dimensions.Select(size => (long)size)]);
        }
    }

    public override RowLabel LabelReader(DataViewRow row, DataViewSchema.Column label)
    {
        var read = ScalarReaders.Singles(row, label);
        return options.Distribution != ForecastDistribution.NegativeBinomial ? read : () =>
        {
            var values = read();
            foreach (var value in values)
            {
                if (!float.IsNaN(value) && !(value is >= 0 and <= LargestCount && value == MathF.Floor(value)))
                {
                    throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture,
                        $"Label column '{label.Name}', row {row.Position}: {value} is no count; with Distribution NegativeBinomial, labels are whole numbers of 0 to {LargestCount}."));
                }
            }
            return values;
        };
    }

    public override TaskHead CreateHead(DataViewSchema.Column label, LabelStatistics statistics)
    {
        if (!statistics.Means.All(double.IsFinite))
        {
            throw new InvalidOperationException($"Label column '{label.Name}' has an infinite value; remove such rows.");
        }
        var (targets, names) = (Targets(label), SlotNames.Of(label));
        for (var target = 0; target < targets; target++)
        {
            if (Steps(statistics.Known, targets, target).All(known => known == 0))
            {
                throw new InvalidOperationException(
                    $"Series {target}{(names is null ? "" : $" ('{names[target]}')")} of label column '{label.Name}' has no value in any training row; leave it out of the columns to forecast, or add rows that have it.");
            }
        }
        var horizon = ((VectorDataViewType)label.Type).Dimensions[0];
        return new ForecastHead(Name, new ForecastDescription(horizon, targets, Scales(statistics, targets), options, names));
    }

    protected override bool HasDetails => true;

    protected override string? Fault(HeadDescription description) =>
        ForecastDescription.Of(description) is var forecast && forecast.Outputs != description.Outputs
        ? $"it has {description.Outputs} outputs, and the forecast {forecast.Outputs}" : null;

    protected override TaskHead HeadOf(HeadDescription description) => new ForecastHead(Name, ForecastDescription.Of(description));

    protected override TaskHead Example(SchemaShape.Column label) => new ForecastHead(Name, new ForecastDescription(1, 1, [1], options));

    private static int Targets(DataViewSchema.Column label) =>
        ((VectorDataViewType)label.Type).Dimensions is { Length: > 1 } dimensions ? dimensions[1..].Aggregate((a, b) => a * b) : 1;

    // What is said of a target, for each step ahead.
    private static IEnumerable<T> Steps<T>(IReadOnlyList<T> values, int targets, int target) =>
        values.Where((_, place) => place % targets == target);

    // The deviation of each target over all steps ahead, or the magnitude of a constant target, relative to which rounding is small.
    private static double[] Scales(LabelStatistics statistics, int targets)
    {
        var (means, deviations) = (statistics.Means, statistics.StandardDeviations);
        return [.. Enumerable.Range(0, targets).Select(target =>
        {
            var places = Enumerable.Range(0, means.Count / targets).Select(step => (step * targets) + target)
                .Where(place => statistics.Known[place] > 0).ToList();
            var mean = places.Average(place => means[place]);
            var variance = places.Average(
                place => (deviations[place] * deviations[place]) + ((means[place] - mean) * (means[place] - mean)));
            return variance > 0 ? Math.Max(Math.Sqrt(variance), float.Epsilon) : mean == 0 ? 1 : Math.Abs(mean);
        })];
    }
}
