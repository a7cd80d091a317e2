using System.Globalization;
using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.MLNet;
using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;
using VectorKind = Microsoft.ML.SchemaShape.Column.VectorKind;

namespace Microsoft.ML.Extensions.Tasks;

/// <summary>The next values of one or several series from a label <c>[H, K]</c>: squared error of the mean, pinball loss of the quantiles.</summary>
internal sealed class ForecastTask(ForecastOptions options)
    : TaskKind("Forecast", isClassification: false, "a vector of Single of known size, [horizon] or [horizon, targets] (ml.Transforms.Sequences.ForecastWindow makes it)")
{
    public static ForecastTask Instance { get; } = new(new ForecastOptions());

    /// <summary>The task under these options, which are checked and copied; the defaults for null.</summary>
    /// <exception cref="ArgumentException">Options are out of range; the message lists all of them.</exception>
    public static ForecastTask Of(ForecastOptions? options) => options is null ? Instance : new ForecastTask(options.Validated());

    public override bool RowsAreInTime => true;

    protected override VectorKind LabelKind => VectorKind.Vector;

    protected override bool Accepts(SchemaShape.Column column) => !column.IsKey && column.ItemType == NumberDataViewType.Single;

    // The window knows which of its channels are known ahead.
    public override TaskKind For(DataViewSchema.Column feature)
    {
        var known = WindowPlaces.Known(feature);
        if (known == 0 || options.KnownChannels == known)
        {
            return this;
        }
        return options.KnownChannels == 0 ? new ForecastTask(options.WithKnown(known)) : throw new ArgumentOutOfRangeException(
            "schema", $"Feature column '{feature.Name}' was made with {known} channels known ahead, and KnownChannels is {options.KnownChannels}; "
            + "leave KnownChannels at 0 to take what the column says, or name the columns in knownColumnNames.");
    }

    protected override void CheckSize(DataViewSchema.Column column)
    {
        if (column.Type is VectorDataViewType vector)
        {
            SizeLimits.OfColumn(
                $"A forecast of label column '{column.Name}' with {options.Quantiles.Length} quantiles", SizeLimits.MaxForecast,
                "Forecast fewer steps, series or quantiles.", [1 + options.Quantiles.Length, .. vector.Dimensions.Select(size => (long)size)]);
        }
    }

    public override RowLabel LabelReader(DataViewRow row, DataViewSchema.Column label) => ScalarReaders.Singles(row, label);

    public override TaskHead CreateHead(DataViewSchema.Column label, LabelStatistics statistics)
    {
        if (!statistics.Means.All(double.IsFinite))
        {
            throw new InvalidOperationException($"Label column '{label.Name}' has an infinite value; remove such rows.");
        }
        var dimensions = ((VectorDataViewType)label.Type).Dimensions;
        var targets = dimensions.Length > 1 ? dimensions[1..].Aggregate((a, b) => a * b) : 1;
        return new ForecastHead(Describe(new ForecastDescription(dimensions[0], targets, Scales(statistics, targets), options, SlotNames.Of(label))));
    }

    protected override string? Fault(HeadDescription description) => description.Forecast is { } forecast && forecast.Outputs != description.Outputs
        ? $"it has {description.Outputs} outputs, and the forecast {forecast.Outputs}" : null;

    protected override TaskHead HeadOf(HeadDescription description) => new ForecastHead(description);

    protected override TaskHead Example(SchemaShape.Column label) => new ForecastHead(Describe(new ForecastDescription(1, 1, [1], options)));

    private HeadDescription Describe(ForecastDescription forecast) => new(Name, forecast.Outputs, Forecast: forecast);

    // The deviation of each target over all steps ahead, or a constant one's size: rounding of it is small beside that.
    private static double[] Scales(LabelStatistics statistics, int targets)
    {
        var (means, deviations) = (statistics.Means, statistics.StandardDeviations);
        return [.. Enumerable.Range(0, targets).Select(target =>
        {
            var places = Enumerable.Range(0, means.Count / targets).Select(step => (step * targets) + target).ToList();
            var mean = places.Average(place => means[place]);
            var variance = places.Average(place => (deviations[place] * deviations[place]) + ((means[place] - mean) * (means[place] - mean)));
            return variance > 0 ? Math.Max(Math.Sqrt(variance), float.Epsilon) : mean == 0 ? 1 : Math.Abs(mean);
        })];
    }
}

/// <summary><c>Score</c>, <c>[H, K]</c>, and, where asked for, the quantiles <c>[Q, H, K]</c>, in the label's units.</summary>
internal sealed class ForecastHead : TaskHead
{
    private readonly ForecastDescription _forecast;
    private readonly float[] _scales;
    private readonly float[] _quantiles;

    public ForecastHead(HeadDescription description)
        : base(description)
    {
        _forecast = description.Forecast ?? throw new FormatException("The model's forecast is not described; the file is damaged or of another version.");
        _scales = [.. _forecast.Scales.Select(scale => (float)scale)];
        _quantiles = [.. _forecast.Options.Quantiles.Select(quantile => (float)quantile)];
    }

    public override Network CreateNetwork(InputColumn input, Func<InputColumn, int, Network> create) =>
        Network.Unscoped(() => new ForecastNetwork(_forecast, input, create));

    public override Tensor Loss(Tensor outputs, Tensor labels, double labelSmoothing)
    {
        var scales = tensor(_scales, device: outputs.device);
        var targets = labels.view(-1, 1, _forecast.Horizon, _forecast.Targets);
        var errors = targets.Minus(Shaped(outputs)) / scales;
        var loss = errors.narrow(1, 0, 1).Squared().mean([1, 2, 3]);
        if (_quantiles.Length == 0)
        {
            return loss;
        }
        // max(q e, (q - 1) e) = q e + max(-e, 0)
        var quantiles = tensor(_quantiles, [1, _quantiles.Length, 1, 1], device: outputs.device);
        var beside = errors.narrow(1, 1, _quantiles.Length);
        var pinball = (beside * quantiles).Plus(beside.neg().clamp_min(Numbers.Zero));
        return loss.Plus(pinball.mean([2, 3]).sum(1));
    }

    // Sorted, since quantiles that are learned apart can cross.
    public override Tensor Activate(Tensor outputs)
    {
        if (_quantiles.Length == 0)
        {
            return outputs;
        }
        var shaped = Shaped(outputs);
        var (sorted, _) = shaped.narrow(1, 1, _quantiles.Length).sort(1);
        return cat([shaped.narrow(1, 0, 1), sorted], 1).reshape(-1, Outputs);
    }

    public override IReadOnlyList<DataViewSchema.DetachedColumn> Columns(OutputColumnNames names)
    {
        int[] shape = _forecast.Targets == 1 ? [_forecast.Horizon] : [_forecast.Horizon, _forecast.Targets];
        var annotations = ScoreAnnotations.For("Forecasting", "Score");
        AddSlotNames(annotations, "");
        var score = new DataViewSchema.DetachedColumn(names.Score, new VectorDataViewType(NumberDataViewType.Single, shape), annotations.ToAnnotations());
        if (_quantiles.Length == 0)
        {
            return [score];
        }
        var slots = ScoreAnnotations.For("Forecasting", "Quantiles");
        AddSlotNames(slots, [.. _quantiles.Select(quantile => string.Create(CultureInfo.InvariantCulture, $"q{quantile} "))]);
        var type = new VectorDataViewType(NumberDataViewType.Single, (int[])[_quantiles.Length, .. shape]);
        return [score, new(_forecast.Options.QuantilesColumnName, type, slots.ToAnnotations())];
    }

    protected override Delegate[] Getters(RowScores scores)
    {
        var count = _forecast.Horizon * _forecast.Targets;
        Delegate score = (ValueGetter<VBuffer<float>>)((ref VBuffer<float> value) => Copy(scores()[..count], ref value));
        return _quantiles.Length == 0 ? [score]
            : [score, (ValueGetter<VBuffer<float>>)((ref VBuffer<float> value) => Copy(scores()[count..], ref value))];
    }

    private Tensor Shaped(Tensor outputs) => outputs.view(-1, _forecast.Kinds, _forecast.Horizon, _forecast.Targets);

    private void AddSlotNames(DataViewSchema.Annotations.Builder annotations, params string[] prefixes)
    {
        var steps = _forecast.Names ?? Enumerable.Range(1, _forecast.Horizon).SelectMany(step => _forecast.Targets == 1 ? [$"[t+{step}]"]
            : Enumerable.Range(0, _forecast.Targets).Select(target => $"{target}[t+{step}]"));
        annotations.AddSlotNames(
            prefixes.Length * _forecast.Horizon * _forecast.Targets, () => [.. prefixes.SelectMany(prefix => steps.Select(step => prefix + step))]);
    }

    private static void Copy(ReadOnlySpan<float> from, ref VBuffer<float> to)
    {
        var editor = VBufferEditor.Create(ref to, from.Length);
        from.CopyTo(editor.Values);
        to = editor.Commit();
    }
}
