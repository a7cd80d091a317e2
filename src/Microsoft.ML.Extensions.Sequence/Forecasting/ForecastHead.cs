using System.Globalization;
using System.Text.Json;
using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Managed;
using Microsoft.ML.Extensions.MLNet;
using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Onnx;
using Microsoft.ML.Extensions.Persistence;
using Microsoft.ML.Extensions.Tasks;
using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary><c>Score</c>, <c>[H, K]</c>, and, if requested, the quantiles <c>[Q, H, K]</c>, in the label's units.</summary>
internal sealed class ForecastHead : TaskHead, IRowHead
{
    private const int MostOnStack = 64;

    private readonly ForecastDescription _forecast;
    private readonly float[] _scales;
    private readonly float[] _quantiles;

    public ForecastHead(string task, ForecastDescription forecast)
        : base(new HeadDescription(task, forecast.Outputs, Details: JsonSerializer.SerializeToElement(forecast, ModelEntry.Json)))
    {
        _forecast = forecast;
        _scales = [.. _forecast.Scales.Select(scale => (float)scale)];
        _quantiles = [.. _forecast.Options.Quantiles.Select(quantile => (float)quantile)];
    }

    public override Network CreateNetwork(InputColumn input, Func<InputColumn, int, Network> create) =>
        Network.Unscoped(() => new ForecastNetwork(_forecast, input, create));

    public override Tensor Loss(Tensor outputs, Tensor labels, double labelSmoothing)
    {
        if (_forecast.Distribution is { } distribution)
        {
            return Likelihood(distribution, outputs, labels);
        }
        var scales = tensor(_scales, device: outputs.device);
        var targets = labels.view(-1, 1, _forecast.Horizon, _forecast.Targets);
        // A missing value has no error. The means are over all values, so each known one counts the same.
        var errors = (targets.Minus(Shaped(outputs)) / scales).masked_fill(targets.isnan(), Numbers.Zero);
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

    public override TaskKind Task => new ForecastTask(_forecast.Options);

    public override string? DistanceObstacle => _forecast.Distribution is null ? null
        : $"a forecast of {_forecast.Options.Distribution} has parameters, not numbers, as outputs";

    // As the error of the mean, for the quantiles, too: those of the teacher are numbers in the label's units.
    public override Tensor Distance(Tensor outputs, Tensor wanted, TaskHead teacher, double temperature) =>
        (Shaped(outputs).Minus(Shaped(teacher.Activate(wanted))) / tensor(_scales, device: outputs.device)).Squared().mean([2, 3]).sum(1);

    public override IRowHead? Rows => _forecast.Distribution is null ? this : null;

    public override ManagedNetwork CreateManaged(
        InputColumn input, ManagedParts parts, Func<InputColumn, int, ManagedParts, ManagedNetwork> create) =>
        new ManagedForecast(_forecast, input, parts, create);

    public int Means => Outputs;

    public void AddMeans(ReadOnlySpan<float> outputs, Span<double> sum)
    {
        for (var i = 0; i < outputs.Length; i++)
        {
            sum[i] += outputs[i];
        }
    }

    public void FromMeans(ReadOnlySpan<double> mean, Span<float> outputs)
    {
        for (var i = 0; i < outputs.Length; i++)
        {
            outputs[i] = (float)mean[i];
        }
    }

    public void Activate(Span<float> outputs)
    {
        var count = _forecast.Horizon * _forecast.Targets;
        Span<float> own = stackalloc float[Math.Min(_quantiles.Length, MostOnStack)];
        own = _quantiles.Length > MostOnStack ? new float[_quantiles.Length] : own;
        for (var value = 0; value < count; value++)
        {
            for (var quantile = 0; quantile < own.Length; quantile++)
            {
                own[quantile] = outputs[((quantile + 1) * count) + value];
            }
            own.Sort();
            for (var quantile = 0; quantile < own.Length; quantile++)
            {
                outputs[((quantile + 1) * count) + value] = own[quantile];
            }
        }
    }

    // Sorted, since independently learned quantiles can cross.
    public override Tensor Activate(Tensor outputs)
    {
        if (_forecast.Distribution is { } distribution)
        {
            return WithQuantiles(distribution, outputs);
        }
        if (_quantiles.Length == 0)
        {
            return outputs;
        }
        var shaped = Shaped(outputs);
        var (sorted, _) = shaped.narrow(1, 1, _quantiles.Length).sort(1);
        return cat([shaped.narrow(1, 0, 1), sorted], 1).reshape(-1, Outputs);
    }

    // An ensemble of distributions is a mixture, whose first two moments are kept (Lakshminarayanan, Pritzel, Blundell 2017, arXiv
    // 1612.01474, section 2.4).
    public override Tensor ToMeans(Tensor outputs)
    {
        if (_forecast.Distribution is not { } distribution)
        {
            return base.ToMeans(outputs);
        }
        var parameters = Shaped(outputs).to_type(ScalarType.Float64);
        var mean = parameters.narrow(1, 0, 1);
        return cat([mean, distribution.Variance(parameters).Plus(mean.Squared()), parameters.narrow(1, 2, distribution.Parameters - 2)], 1);
    }

    public override Tensor FromMeans(Tensor means)
    {
        if (_forecast.Distribution is not { } distribution)
        {
            return base.FromMeans(means);
        }
        var mean = means.narrow(1, 0, 1);
        var variance = means.narrow(1, 1, 1).Minus(mean.Squared()).clamp_min(Numbers.Zero);
        return distribution.Mixed(mean, variance, means.narrow(1, 2, distribution.Parameters - 2)).to_type(ScalarType.Float32).flatten(1);
    }

    public override OnnxValue ToMeans(OnnxGraph graph, OnnxValue outputs)
    {
        if (_forecast.OnnxDistribution is null)
        {
            return outputs;
        }
        var (mean, deviation) = MeanAndOther(graph, outputs);
        return graph.Concat(1, mean, graph.Plus(graph.Times(deviation, deviation), graph.Times(mean, mean)));
    }

    public override OnnxValue FromMeans(OnnxGraph graph, OnnxValue means)
    {
        if (_forecast.OnnxDistribution is null)
        {
            return means;
        }
        var (mean, square) = MeanAndOther(graph, means);
        var variance = graph.Op("Max", [graph.Minus(square, graph.Times(mean, mean)), graph.Constant([0.0])]);
        return graph.Concat(1, mean, graph.Op("Sqrt", [variance]));
    }

    public override IReadOnlyList<OnnxValue> ToOnnx(OnnxGraph graph, OnnxValue outputs)
    {
        if (_quantiles.Length == 0)
        {
            return [outputs];
        }
        if (_forecast.OnnxDistribution is { } distribution)
        {
            var (mean, deviation) = MeanAndOther(graph, graph.Cast(outputs, OnnxType.Double));
            var quantiles = distribution.Quantiles(graph, _forecast.Options.Quantiles, graph.Unsqueeze(mean, 1), graph.Unsqueeze(deviation, 1));
            return [graph.Cast(mean, OnnxType.Single), graph.Cast(quantiles, OnnxType.Single)];
        }
        var (score, unsorted) = MeanAndOther(graph, outputs);
        var values = graph.Reshape(unsorted, 0, _quantiles.Length, Values);
        var sorted = graph.Ops(
            "TopK", 2, [values, graph.Constant([(long)_quantiles.Length], 1)], ("axis", 1L), ("largest", 0L), ("sorted", 1L));
        return [score, sorted[0]];
    }

    public override IReadOnlyList<DataViewSchema.DetachedColumn> Columns(OutputColumnNames names)
    {
        int[] shape = _forecast.Targets == 1 ? [_forecast.Horizon] : [_forecast.Horizon, _forecast.Targets];
        var annotations = ScoreAnnotations.For("Forecasting", "Score");
        AddSlotNames(annotations, "");
        var score = new DataViewSchema.DetachedColumn(
            names.Score, new VectorDataViewType(NumberDataViewType.Single, shape), annotations.ToAnnotations());
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

    // H * K.
    private int Values => _forecast.Horizon * _forecast.Targets;

    private (OnnxValue Mean, OnnxValue Other) MeanAndOther(OnnxGraph graph, OnnxValue outputs) =>
        (graph.Slice(outputs, 1, 0, Values), graph.Slice(outputs, 1, Values, long.MaxValue));

    private Tensor Shaped(Tensor outputs) => outputs.view(-1, _forecast.Parameters, _forecast.Horizon, _forecast.Targets);

    private Tensor Likelihood(ParametricDistribution distribution, Tensor outputs, Tensor labels)
    {
        var parameters = Shaped(outputs).to_type(ScalarType.Float64);
        var values = labels.view(-1, _forecast.Horizon, _forecast.Targets).to_type(ScalarType.Float64);
        var missing = values.isnan();
        // In place of a missing value stands the mean, at which the likelihood is finite.
        values = where(missing, parameters.select(1, 0).detach(), values);
        return distribution.Losses(parameters, values).masked_fill(missing, Numbers.Zero).mean([1, 2]).to_type(ScalarType.Float32);
    }

    private Tensor WithQuantiles(ParametricDistribution distribution, Tensor outputs)
    {
        var parameters = Shaped(outputs).to_type(ScalarType.Float64).cpu().contiguous();
        var (rows, count) = (parameters.shape[0], _forecast.Horizon * _forecast.Targets);
        var from = parameters.AsDoubles();
        var activated = new float[rows * Outputs];
        Span<double> own = stackalloc double[distribution.Parameters];
        for (var row = 0; row < rows; row++)
        {
            for (var value = 0; value < count; value++)
            {
                for (var parameter = 0; parameter < own.Length; parameter++)
                {
                    own[parameter] = from[(((row * own.Length) + parameter) * count) + value];
                }
                var to = (row * Outputs) + value;
                activated[to] = (float)own[0];
                for (var quantile = 0; quantile < _quantiles.Length; quantile++)
                {
                    activated[to + ((quantile + 1) * count)] = (float)distribution.Quantile(_forecast.Options.Quantiles[quantile], own);
                }
            }
        }
        return tensor(activated, [rows, Outputs], device: outputs.device);
    }

    private void AddSlotNames(DataViewSchema.Annotations.Builder annotations, params string[] prefixes)
    {
        var steps = _forecast.Names ?? Enumerable.Range(1, _forecast.Horizon).SelectMany(step => _forecast.Targets == 1 ? [$"[t+{step}]"]
            : Enumerable.Range(0, _forecast.Targets).Select(target => $"{target}[t+{step}]"));
        annotations.AddSlotNames(
            prefixes.Length * _forecast.Horizon * _forecast.Targets, () =>
                [.. prefixes.SelectMany(prefix => steps.Select(step => prefix + step))]);
    }

    private static void Copy(ReadOnlySpan<float> from, ref VBuffer<float> to)
    {
        var editor = VBufferEditor.Create(ref to, from.Length);
        from.CopyTo(editor.Values);
        to = editor.Commit();
    }
}
