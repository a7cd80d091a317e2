using Microsoft.ML.Extensions.Onnx;
using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The parts of a <see cref="ForecastNetwork"/> in ONNX, of windows <c>[N, T, C]</c>.</summary>
internal sealed class OnnxForecast
{
    private readonly OnnxGraph _graph;
    private readonly OnnxValue _window;
    private readonly ForecastDescription _forecast;
    private readonly TargetScale _targets;
    private readonly OnnxValue _values;
    private readonly OnnxValue _location;
    private readonly OnnxValue _spread;
    private readonly int _channels;

    /// <param name="graph">The graph.</param>
    /// <param name="window">The windows.</param>
    /// <param name="channels">C.</param>
    /// <param name="forecast">The forecast.</param>
    /// <param name="targets">The scale of the targets.</param>
    /// <param name="center">The mean of each channel.</param>
    public OnnxForecast(OnnxGraph graph, OnnxValue window, int channels, ForecastDescription forecast, TargetScale targets, Tensor center)
    {
        (_graph, _window, _channels, _forecast, _targets) = (graph, window, channels, forecast, targets);
        _values = graph.Over(graph.Slice(window, 2, 0, Targets), graph.Constant(targets.Unit));
        if (forecast.Options.Normalization == ForecastNormalization.None)
        {
            _location = graph.Constant((center.narrow(0, 0, Targets) / targets.Unit).view(1, 1, Targets));
            _spread = graph.Constant(targets.Deviation.view(1, 1, Targets));
            return;
        }
        // In double precision, since the numbers may be far from 0.
        var values = graph.Cast(_values, OnnxType.Double);
        var mean = graph.Mean(values, keep: true, 1);
        var centred = graph.Minus(values, mean);
        var least = graph.Cast(
            graph.Constant(targets.Deviation.to_type(ScalarType.Float64).Squared().Scaled(TargetScale.LeastVariancePart)), OnnxType.Double);
        _spread = graph.Cast(
            graph.Op("Sqrt", [graph.Plus(graph.Mean(graph.Times(centred, centred), keep: true, 1), least)]), OnnxType.Single);
        _location = forecast.Options.Normalization == ForecastNormalization.LastValue
            ? graph.Slice(_values, 1, -1, long.MaxValue) : graph.Cast(mean, OnnxType.Single);
    }

    private int Targets => _forecast.Targets;

    private int Others => _channels - Targets;

    /// <summary>The spread of each window in the targets' units, <c>[N, 1, 1, K]</c>.</summary>
    public OnnxValue Spread => _graph.Unsqueeze(_spread, 1);

    /// <summary>The location and, if there is one, the linear model, <c>[N, 1, H, K]</c> or <c>[N, 1, 1, K]</c>.</summary>
    /// <param name="linear">The linear model <c>[H, W]</c>; null for none.</param>
    public OnnxValue Solved(Tensor? linear)
    {
        var forecast = _graph.Unsqueeze(_location, 1);
        if (linear is null)
        {
            return forecast;
        }
        var deviation = _graph.Constant(_targets.Deviation);
        var window = Last(_graph.Over(_graph.Minus(_values, _location), deviation), Targets, linear.shape[1]);
        var change = _graph.Transpose(_graph.Linear(_graph.Transpose(window, 0, 2, 1), linear), 0, 2, 1);
        return _graph.Plus(forecast, _graph.Unsqueeze(_graph.Times(change, deviation), 1));
    }

    /// <summary>What the network adds, in the spread of each window, <c>[N, P, H, K]</c>.</summary>
    /// <param name="network">The network.</param>
    /// <param name="parameters">P.</param>
    public OnnxValue Correction(IOnnxForm network, int parameters)
    {
        var normalised = _graph.Over(_graph.Minus(_values, _location), _spread);
        if (!_forecast.Options.ChannelIndependent)
        {
            var all = Others == 0 ? normalised : _graph.Concat(2, normalised, _graph.Slice(_window, 2, Targets, _channels));
            return _graph.Reshape(network.ToOnnx(_graph, Patched(all, _channels)), 0, parameters, _forecast.Horizon, Targets);
        }
        var single = _graph.Unsqueeze(_graph.Transpose(normalised, 0, 2, 1), 3);
        if (Others > 0)
        {
            var others = _graph.Unsqueeze(_graph.Slice(_window, 2, Targets, _channels), 1);
            single = _graph.Concat(3, single, _graph.Op("Expand", [others, _graph.Constant([1L, Targets, 1, 1], 4)]));
        }
        var shape = _graph.Concat(0, _graph.Constant([-1L], 1), _graph.Length(_window, 1), _graph.Constant([Others + 1L], 1));
        var outputs = network.ToOnnx(_graph, Patched(_graph.Op("Reshape", [single, shape]), Others + 1));
        return _graph.Transpose(_graph.Reshape(outputs, -1, Targets, parameters, _forecast.Horizon), 0, 2, 3, 1);
    }

    /// <summary>What the channels that are known in advance add, <c>[N, 1, H, K]</c>.</summary>
    /// <param name="weights">Their weights, <c>[channels, K]</c>.</param>
    /// <param name="center">The mean of each channel of the window.</param>
    /// <param name="scale">The deviation of each.</param>
    public OnnxValue Known(Tensor weights, Tensor center, Tensor scale)
    {
        var count = weights.shape[0];
        var values = _graph.Over(
            _graph.Minus(_graph.Slice(_window, 2, _channels - count, _channels), _graph.Constant(center.narrow(0, _channels - count, count))),
            _graph.Constant(scale.narrow(0, _channels - count, count)));
        var ahead = _graph.MatMul(Last(values, count, _forecast.Horizon), _graph.Constant(weights));
        return _graph.Unsqueeze(_graph.Times(ahead, _graph.Constant(_targets.Deviation)), 1);
    }

    /// <summary>A value of one parameter in the label's units, <c>[N, kinds, H, K]</c>.</summary>
    public OnnxValue InUnits(OnnxValue value, int kinds) => _graph.Op(
        "Expand",
        [_graph.Times(value, _graph.Constant(_targets.Unit)), _graph.Constant([1L, kinds, _forecast.Horizon, Targets], 4)]);

    // The last steps of [N, T, width]; zeros before the first.
    private OnnxValue Last(OnnxValue values, long width, long count) => _graph.Slice(
        _graph.Concat(1, _graph.InitialFor(values, new OnnxState(0, count, width), OnnxType.Single), values), 1, -count, long.MaxValue);

    // The last patch of a row is padded with zeros.
    private OnnxValue Patched(OnnxValue steps, int width)
    {
        var patch = (long)_forecast.Options.PatchLength;
        if (patch == 1)
        {
            // Says how many dimensions there are, which a recurrence of the runtime has to know.
            return _graph.Reshape(steps, 0, -1, width);
        }
        var padded = _graph.Concat(1, steps, _graph.InitialFor(steps, new OnnxState(0, patch - 1, width), OnnxType.Single));
        var size = _graph.Constant([patch], 1);
        var end = _graph.Times(_graph.Over(_graph.Length(padded, 1), size), size);
        var whole = _graph.Op("Slice", [padded, _graph.Constant([0L], 1), end, _graph.Constant([1L], 1)]);
        return _graph.Reshape(whole, 0, -1, patch * width);
    }
}
