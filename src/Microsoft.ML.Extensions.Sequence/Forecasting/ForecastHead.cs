using System.Globalization;
using System.Text.Json;
using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.MLNet;
using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Persistence;
using Microsoft.ML.Extensions.Tasks;
using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary><c>Score</c>, <c>[H, K]</c>, and, if requested, the quantiles <c>[Q, H, K]</c>, in the label's units.</summary>
internal sealed class ForecastHead : TaskHead
{
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

    // Sorted, since independently learned quantiles can cross.
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

    private Tensor Shaped(Tensor outputs) => outputs.view(-1, _forecast.Kinds, _forecast.Horizon, _forecast.Targets);

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
