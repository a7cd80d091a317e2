using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Numerics;
using Microsoft.ML.Extensions.Onnx;
using Microsoft.ML.Extensions.Torch;
using TorchSharp.Modules;
using static TorchSharp.torch;
using RowBatches = System.Collections.Generic.IEnumerable<(
    Microsoft.ML.Extensions.Columns.RowStore Store, System.ArraySegment<int> Rows, Microsoft.ML.Extensions.Columns.RowPart Part)>;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>
/// Forecasts: windows <c>[B, L, C]</c>, whose first K channels are the targets, to <c>[B, Kinds * H * K]</c> in the targets' units.
/// </summary>
/// <remarks>
/// <c>location + linear(window - location) + spread * gate * correction(normalised window)</c>. The gate begins at zero, so that training
/// begins at the linear model. Location, spread and units are those of <see cref="TargetScale"/>.
/// </remarks>
internal sealed class ForecastNetwork : Network, IBounded, ILayered, IOnnxForm, IOwnLoss, IParameterRules, IRowMemory, ISolved, IStandardized, IStreamable
{
    public const int LinearWindowOfUnequalRows = 64;

    // At the trainers' learning rate, the correction of a solved linear model overfits the training part within one epoch.
    private const double RateOfCorrection = 0.1;

    // Normalised targets may be at another level than in training.
    private const double FarthestTarget = 1e12;

    private readonly Network? correction;
    private readonly Tensor? linear;
    private readonly Tensor center;
    private readonly Tensor scale;
    private readonly Parameter? gate;
    private readonly Parameter? known;
    private readonly Tensor? solved;
    private readonly Parameter? shape;
    private readonly ForecastDescription _forecast;
    private readonly InputColumn _input;
    private float[]? _units;

    /// <param name="forecast">The shape of the forecast and how it is made.</param>
    /// <param name="input">The input column.</param>
    /// <param name="create">Creates the network that corrects the linear model, from its input and its number of outputs.</param>
    /// <exception cref="ArgumentOutOfRangeException">The columns do not fit together.</exception>
    public ForecastNetwork(ForecastDescription forecast, InputColumn input, Func<InputColumn, int, Network> create)
        : base(nameof(ForecastNetwork))
    {
        Check(forecast, input);
        (_forecast, _input) = (forecast, input);
        var options = forecast.Options;
        if (!options.LinearOnly)
        {
            var independent = options.ChannelIndependent;
            correction = create(
                input with { Channels = Patch * SeenChannels, Steps = Patches(input.Steps), Frame = null },
                forecast.Parameters * forecast.Horizon * (independent ? 1 : forecast.Targets));
            gate = Initial.Zeros(forecast.Parameters, 1, 1);
            known = options.KnownChannels > 0 ? Initial.Zeros(options.KnownChannels, forecast.Targets) : null;
        }
        NetworkMemory.Ask(2, input.Channels);
        center = zeros(input.Channels);
        scale = ones(input.Channels);
        register_buffer(nameof(center), center);
        register_buffer(nameof(scale), scale);
        if (options.Linear)
        {
            NetworkMemory.Ask(forecast.Horizon, LinearWindow);
            linear = zeros(forecast.Horizon, LinearWindow);
            register_buffer(nameof(linear), linear);
        }
        if (forecast.Distribution is { } distribution)
        {
            NetworkMemory.Ask(distribution.Parameters - 1, forecast.Horizon, forecast.Targets);
            solved = ones(distribution.Parameters - 1, forecast.Horizon, forecast.Targets);
            register_buffer(nameof(solved), solved);
            shape = options.LinearOnly ? null : Initial.Zeros(distribution.Parameters - 1, 1, forecast.Targets);
        }
        RegisterComponents();
    }

    public string? StreamingObstacle =>
        "a forecast takes whole rows only, for which there is ml.Model.CreateForecastingEngine; to go step by step, choose another task";

    /// <summary>The layers of the correction; where it reads each target by itself, a row has the activations of all targets.</summary>
    public IReadOnlyList<string> Layers => (correction as ILayered)?.Layers ?? [];

    public bool Decays(string name, Parameter parameter) => name is not (nameof(gate) or nameof(known) or nameof(shape));

    // The shape of a distribution is one number per series, which cannot overfit.
    public double RateFactor(string name) => BeginsSolved && name != nameof(shape) ? RateOfCorrection : 1;

    public InputRange? Range
    {
        get
        {
            using var scope = NewDisposeScope();
            return RangeOf(_forecast, center.cpu().AsSpan(), scale.cpu().AsSpan());
        }
    }

    /// <summary>The range of values for means and scales of the channels.</summary>
    public static InputRange RangeOf(ForecastDescription forecast, ReadOnlySpan<float> means, ReadOnlySpan<float> scales)
    {
        var range = InputRange.Around(means, scales);
        range = forecast.Options.Normalization == ForecastNormalization.None
            ? range : InputRange.Around(means, scales, FarthestTarget).First(forecast.Targets, range);
        return range.Needing(forecast.Targets);
    }

    public long RowBytes(long steps) =>
        IRowMemory.BytesOf(correction, (steps + Patch - 1) / Patch) * (_forecast.Options.ChannelIndependent ? _forecast.Targets : 1);

    public void Standardize(ChannelStatistics statistics)
    {
        using var scope = NewDisposeScope();
        _units = null;
        center.copy_(tensor(statistics.Mean.ToArray()));
        scale.copy_(tensor(TargetScale.Scales(statistics, _forecast.Targets)));
        // The correction gets normalised targets.
        var targets = SeenChannels - Others;
        double[] mean = [.. Enumerable.Repeat(0.0, targets), .. statistics.Mean[_forecast.Targets..]];
        double[] deviation = [.. Enumerable.Repeat(1.0, targets), .. statistics.Scale()[_forecast.Targets..]];
        IStandardized.Standardize(correction, ChannelStatistics.Of(
            [.. Enumerable.Repeat(mean, Patch).SelectMany(step => step)],
                [.. Enumerable.Repeat(deviation, Patch).SelectMany(step => step)]));
    }

    public bool BeginsSolved => linear is not null;

    public void Solve(RowBatches batches, bool ofAll, Action checkAlive)
    {
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        linear?.copy_(LinearPart.Solve(batches, ofAll, _forecast, _input, LinearWindow, Targets, checkAlive).t());
        solved?.copy_(DistributionPart.Solve(batches, _forecast, _input, batch => SolvedMean(batch, Targets)));
    }

    // Windows with a large deviation have large errors and would dominate the loss, so in training errors are in units of each window's
    // deviation.
    public Tensor Losses(InputBatch batch, Tensor labels, OutputLoss loss)
    {
        // A likelihood is in units of its own distribution.
        if (!training || _forecast.Distribution is not null)
        {
            return loss(call(batch), labels);
        }
        var targets = Targets;
        var (location, spread) = targets.Of(batch);
        var (origin, factor) = (location * targets.Unit, targets.InOwnDeviation(spread));
        return loss(Scaled(call(batch)), Scaled(labels));

        // Relative to the window's location the numbers are small, and differences are unchanged.
        Tensor Scaled(Tensor values) => (values.view(batch.Rows, -1, _forecast.Targets).Minus(origin) * factor).flatten(1);
    }

    public override Tensor forward(InputBatch batch)
    {
        var targets = Targets;
        if (_forecast.Distribution is { } distribution)
        {
            var (mean, deviation, raw) = Distribution(batch, targets);
            return distribution.Outputs(mean, deviation, solved!, raw).reshape(batch.Rows, -1);
        }
        var (location, spread) = targets.Of(batch);
        var forecast = Solved(batch, targets, location);
        if (correction is not null)
        {
            forecast = forecast.Plus(Correction(batch, targets.In(batch).Minus(location) / spread) * gate! * spread.unsqueeze(1));
        }
        if (known is not null)
        {
            forecast = forecast.Plus((Ahead(batch).Times(known) * targets.Deviation).unsqueeze(1));
        }
        return (forecast * targets.Unit).expand(batch.Rows, _forecast.Kinds, _forecast.Horizon, _forecast.Targets)
            .reshape(batch.Rows, _forecast.Outputs);
    }

    public OnnxValue ToOnnx(OnnxGraph graph, OnnxValue input)
    {
        using var scope = NewDisposeScope();
        // Without quantiles a file needs the mean of a distribution only.
        var distribution = _forecast.OnnxDistribution;
        var kinds = distribution?.Parameters ?? _forecast.Kinds;
        var window = new OnnxForecast(graph, input, _input.Channels, _forecast, Targets, center);
        var forecast = window.Solved(linear);
        var learned = correction is null ? (OnnxValue?)null
            : graph.Times(window.Correction(IOnnxForm.Of(correction), _forecast.Parameters), graph.Constant(gate!));
        if (learned is { } all)
        {
            var own = _forecast.Distribution is null ? all : graph.Slice(all, 1, 0, 1);
            forecast = graph.Plus(forecast, graph.Times(own, window.Spread));
        }
        if (known is not null)
        {
            forecast = graph.Plus(forecast, window.Known(known, center, scale));
        }
        if (_forecast.Distribution is null)
        {
            return graph.Reshape(window.InUnits(forecast, kinds), 0, -1);
        }
        var deviation = graph.Times(window.Spread, graph.Constant(Targets.Unit));
        var mean = _forecast.Distribution.Mean(graph, window.InUnits(forecast, 1), deviation);
        if (distribution is null)
        {
            return graph.Reshape(mean, 0, -1);
        }
        var raw = learned is { } parameters ? graph.Plus(graph.Slice(parameters, 1, 1, kinds), graph.Constant(shape!)) : graph.Number(0);
        return graph.Reshape(graph.Concat(1, mean, distribution.Deviation(graph, deviation, solved!, raw)), 0, -1);
    }

    // [B, 1, H, K], or [B, 1, 1, K] without a linear model.
    private Tensor Solved(InputBatch batch, TargetScale targets, Tensor location)
    {
        var forecast = location.unsqueeze(1);
        if (linear is not null)
        {
            var change = targets.Window(batch, location, LinearWindow).Times(linear.t()).transpose(1, 2) * targets.Deviation;
            forecast = forecast.Plus(change.unsqueeze(1));
        }
        return forecast;
    }

    // The mean and the window's deviation in the label's units, before anything is learned.
    private (Tensor Mean, Tensor Spread) SolvedMean(InputBatch batch, TargetScale targets)
    {
        var (location, spread) = targets.Of(batch);
        return InUnits(batch, targets, Solved(batch, targets, location), spread);
    }

    private (Tensor Mean, Tensor Spread) InUnits(InputBatch batch, TargetScale targets, Tensor mean, Tensor spread)
    {
        var deviation = (spread * targets.Unit).unsqueeze(1);
        mean = (mean * targets.Unit).expand(batch.Rows, 1, _forecast.Horizon, _forecast.Targets);
        return (_forecast.Distribution!.Mean(mean, deviation), deviation);
    }

    // The mean and the window's deviation in the label's units, and what is learned of the other parameters.
    private (Tensor Mean, Tensor Spread, Tensor Raw) Distribution(InputBatch batch, TargetScale targets)
    {
        var (location, spread) = targets.Of(batch);
        var mean = Solved(batch, targets, location);
        var others = _forecast.Parameters - 1;
        var raw = zeros([batch.Rows, others, _forecast.Horizon, _forecast.Targets], device: batch.Values.device);
        if (correction is not null)
        {
            var learned = Correction(batch, targets.In(batch).Minus(location) / spread) * gate!;
            mean = mean.Plus(learned.narrow(1, 0, 1) * spread.unsqueeze(1));
            raw = raw.Plus(learned.narrow(1, 1, others)).Plus(shape!);
        }
        if (known is not null)
        {
            mean = mean.Plus((Ahead(batch).Times(known) * targets.Deviation).unsqueeze(1));
        }
        var (scaled, deviation) = InUnits(batch, targets, mean, spread);
        return (scaled, deviation, raw);
    }

    private int Others => _input.Channels - _forecast.Targets;

    private int Patch => _forecast.Options.PatchLength;

    // The channels of a step as the correction sees it.
    private int SeenChannels => _forecast.Options.ChannelIndependent ? Others + 1 : _input.Channels;

    private int LinearWindow => _forecast.Options.LinearWindow > 0 ? _forecast.Options.LinearWindow
        : _input.Steps > 0 ? _input.Steps : LinearWindowOfUnequalRows;

    private TargetScale Targets => new(_forecast, center, scale, _units ??= TargetScale.Units(scale, _forecast.Targets));

    // [B, H, P]: the known channels of each step ahead.
    private Tensor Ahead(InputBatch batch)
    {
        var (first, count) = (_input.Channels - _forecast.Options.KnownChannels, _forecast.Options.KnownChannels);
        var values = batch.Values.narrow(2, first, count).Minus(center.narrow(0, first, count)) / scale.narrow(0, first, count);
        return TargetScale.LastSteps(values, batch, _forecast.Horizon);
    }

    // [B, Kinds, H, K]
    private Tensor Correction(InputBatch batch, Tensor targets)
    {
        var normalised = batch.IsFull ? targets : targets * batch.Mask;
        var others = batch.Values.narrow(2, _forecast.Targets, Others);
        if (!_forecast.Options.ChannelIndependent)
        {
            var outputs = correction!.call(Patched(cat([normalised, others], 2), batch.Lengths));
            return outputs.view(batch.Rows, _forecast.Parameters, _forecast.Horizon, _forecast.Targets);
        }
        var single = normalised.transpose(1, 2).unsqueeze(-1);
        var rows = cat([single, others.unsqueeze(1).expand(-1, _forecast.Targets, -1, -1)], -1).reshape(-1, batch.Steps, Others + 1);
        var lengths = batch.Lengths.SelectMany(length => Enumerable.Repeat(length, _forecast.Targets)).ToArray();
        return correction!.call(Patched(rows, lengths))
            .view(batch.Rows, _forecast.Targets, _forecast.Parameters, _forecast.Horizon).permute(0, 2, 3, 1);
    }

    private int Patches(int steps) => (steps + Patch - 1) / Patch;

    // The last patch of a row is padded with zeros.
    private InputBatch Patched(Tensor steps, int[] lengths)
    {
        if (Patch == 1)
        {
            return new InputBatch(steps, lengths);
        }
        var count = Patches((int)steps.shape[1]);
        var whole = nn.functional.pad(steps, [0, 0, 0, (count * Patch) - steps.shape[1]]);
        return new InputBatch(whole.reshape(steps.shape[0], count, Patch * steps.shape[2]), [.. lengths.Select(Patches)]);
    }

    /// <exception cref="ArgumentOutOfRangeException">The columns do not fit together.</exception>
    public static void Check(ForecastDescription forecast, InputColumn input)
    {
        if (input.Kind != InputKind.Sequence)
        {
            throw SchemaError($"Feature column '{input.Name}' holds keys; a forecast needs numbers, the targets' past among them.");
        }
        var needed = forecast.Targets + forecast.Options.KnownChannels;
        if (input.Channels < needed)
        {
            throw SchemaError(
                $"Feature column '{input.Name}' has {input.Channels} channels; the label has {forecast.Targets} targets, which are its first channels, "
                + $"and KnownChannels is {forecast.Options.KnownChannels}, so it needs at least {needed}.");
        }
        if (forecast.Options.KnownChannels > 0 && input.Steps > 0 && input.Steps < forecast.Horizon)
        {
            throw SchemaError(
                $"Feature column '{input.Name}' has {input.Steps} steps and the label {forecast.Horizon}; with KnownChannels above 0 a window needs as many steps as the label.");
        }
    }

    private static ArgumentOutOfRangeException SchemaError(string message) => new("schema", message);
}
