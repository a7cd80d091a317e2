using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Managed;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary><see cref="ForecastNetwork"/> without a distribution, as C# kernels.</summary>
internal sealed unsafe class ManagedForecast : ManagedNetwork
{
    private readonly ForecastDescription _forecast;
    private readonly InputColumn _input;
    private readonly float[] _center;
    private readonly float[] _scale;
    private readonly float[] _units;
    private readonly float[] _gate;
    private readonly float[] _known;
    private readonly ManagedLinear? _linear;
    private readonly ManagedNetwork? _correction;

    /// <param name="forecast">The shape of the forecast and how it is made.</param>
    /// <param name="input">The input column.</param>
    /// <param name="parts">The weights.</param>
    /// <param name="create">Creates the network that corrects the linear model.</param>
    /// <exception cref="ArgumentOutOfRangeException">The columns do not fit together.</exception>
    public ManagedForecast(
        ForecastDescription forecast, InputColumn input, ManagedParts parts, Func<InputColumn, int, ManagedParts, ManagedNetwork> create)
    {
        ForecastNetwork.Check(forecast, input);
        (_forecast, _input, _gate, _known) = (forecast, input, [], []);
        var options = forecast.Options;
        var weights = parts.Weights;
        if (!options.LinearOnly)
        {
            _correction = create(
                input with { Channels = Patch * SeenChannels, Steps = Patches(input.Steps), Frame = null },
                forecast.Parameters * forecast.Horizon * (IsIndependent ? 1 : forecast.Targets), parts.At("correction"));
            _gate = weights.Singles("gate", forecast.Parameters, 1, 1);
            _known = options.KnownChannels > 0 ? weights.Singles("known", options.KnownChannels, forecast.Targets) : [];
        }
        (_center, _scale) = (weights.Singles("center", input.Channels), weights.Singles("scale", input.Channels));
        _units = TargetScale.Units(_scale.AsSpan(0, forecast.Targets));
        if (options.Linear)
        {
            var window = options.LinearWindow > 0 ? options.LinearWindow
                : input.Steps > 0 ? input.Steps : ForecastNetwork.LinearWindowOfUnequalRows;
            _linear = new ManagedLinear(parts.Kernels, weights.Singles("linear", forecast.Horizon, window), null, window, forecast.Horizon);
        }
        Range = ForecastNetwork.RangeOf(forecast, _center, _scale);
    }

    public override InputRange? Range { get; }

    public override int Channels => _input.Channels;

    public override int Outputs => _forecast.Outputs;

    public override long StepWork => (_correction?.StepWork ?? 0) * (IsIndependent ? Targets : 1) / Patch;

    private bool IsIndependent => _forecast.Options.ChannelIndependent;

    private int Targets => _forecast.Targets;

    private int Others => _input.Channels - Targets;

    private int Patch => _forecast.Options.PatchLength;

    private int SeenChannels => IsIndependent ? Others + 1 : _input.Channels;

    public override void Run(in RaggedRows rows, float* outputs, Scratch scratch)
    {
        using var mark = scratch.Begin();
        var location = new Span<float>(scratch.Take((nint)rows.Count * Targets), rows.Count * Targets);
        var spread = new Span<float>(scratch.Take((nint)rows.Count * Targets), rows.Count * Targets);
        var size = _forecast.Horizon * Targets;
        for (var row = 0; row < rows.Count; row++)
        {
            var own = location.Slice(row * Targets, Targets);
            Measure(rows, row, own, spread.Slice(row * Targets, Targets));
            Solve(rows, row, own, new Span<float>(outputs + ((nint)row * Outputs), size), scratch);
        }
        // The quantiles begin where the mean does.
        for (nint row = 0; row < rows.Count; row++)
        {
            for (var kind = 1; kind < _forecast.Kinds; kind++)
            {
                new Span<float>(outputs + (row * Outputs), size).CopyTo(new Span<float>(outputs + (row * Outputs) + (kind * size), size));
            }
        }
        Correct(rows, location, spread, outputs, scratch);
        AddKnown(rows, outputs);
        for (var i = 0; i < rows.Count * Outputs; i++)
        {
            outputs[i] *= _units[i % Targets];
        }
    }

    // A target's value in its unit.
    private float Target(in RaggedRows rows, nint step, int target) => rows.Values[(step * Channels) + target] / _units[target];

    private float Deviation(int target) => _scale[target] / _units[target];

    private void Measure(in RaggedRows rows, int row, Span<float> location, Span<float> spread)
    {
        nint first = rows.Starts[row], end = rows.Starts[row + 1];
        for (var target = 0; target < Targets; target++)
        {
            if (_forecast.Options.Normalization == ForecastNormalization.None)
            {
                (location[target], spread[target]) = (_center[target] / _units[target], Deviation(target));
                continue;
            }
            var (sum, squares) = (0.0, 0.0);
            for (var step = first; step < end; step++)
            {
                sum += Target(rows, step, target);
            }
            var mean = sum / (end - first);
            for (var step = first; step < end; step++)
            {
                var distance = Target(rows, step, target) - mean;
                squares += distance * distance;
            }
            var own = (double)Deviation(target);
            spread[target] = (float)Math.Sqrt((squares / (end - first)) + (own * own * TargetScale.LeastVariancePart));
            location[target] = _forecast.Options.Normalization == ForecastNormalization.LastValue ? Target(rows, end - 1, target) : (float)mean;
        }
    }

    // location + linear(window - location), [H, K].
    private void Solve(in RaggedRows rows, int row, ReadOnlySpan<float> location, Span<float> forecast, Scratch scratch)
    {
        using var mark = scratch.Begin();
        var (horizon, steps) = (_forecast.Horizon, rows.Length(row));
        float* change = null;
        if (_linear is not null)
        {
            var window = scratch.Take((nint)Targets * _linear.Inputs);
            change = scratch.Take((nint)Targets * horizon);
            for (var target = 0; target < Targets; target++)
            {
                for (var w = 0; w < _linear.Inputs; w++)
                {
                    var step = steps - _linear.Inputs + w;
                    window[(target * _linear.Inputs) + w] = step < 0 ? 0
                        : (Target(rows, rows.Starts[row] + step, target) - location[target]) / Deviation(target);
                }
            }
            _linear.Run(Targets, window, change, scratch);
        }
        for (var i = 0; i < forecast.Length; i++)
        {
            var (step, target) = (i / Targets, i % Targets);
            forecast[i] = location[target] + (change == null ? 0 : change[(target * horizon) + step] * Deviation(target));
        }
    }

    private void Correct(in RaggedRows rows, ReadOnlySpan<float> location, ReadOnlySpan<float> spread, float* outputs, Scratch scratch)
    {
        if (_correction is null)
        {
            return;
        }
        using var mark = scratch.Begin();
        var copies = IsIndependent ? Targets : 1;
        var (count, patched) = (rows.Count * copies, 0);
        var starts = scratch.TakeIntegers(count + 1);
        for (var row = 0; row < count; row++)
        {
            starts[row] = patched;
            patched += Patches(rows.Length(row / copies));
        }
        starts[count] = patched;
        var width = Patch * SeenChannels;
        var steps = scratch.Take((nint)patched * width);
        new Span<float>(steps, checked(patched * width)).Clear();
        for (var row = 0; row < count; row++)
        {
            Normalize(rows, row / copies, IsIndependent ? row % copies : -1, location, spread, steps + ((nint)starts[row] * width));
        }
        var learned = scratch.Take((nint)count * _correction.Outputs);
        _correction.Run(new RaggedRows(steps, starts, count, width), learned, scratch);
        for (var row = 0; row < rows.Count; row++)
        {
            for (var i = 0; i < Outputs; i++)
            {
                var (kind, step, target) = (i / (_forecast.Horizon * Targets), i / Targets % _forecast.Horizon, i % Targets);
                var place = IsIndependent ? (((((row * Targets) + target) * _forecast.Kinds) + kind) * _forecast.Horizon) + step : (row * Outputs) + i;
                outputs[(row * Outputs) + i] += learned[place] * _gate[kind] * spread[(row * Targets) + target];
            }
        }
    }

    // The steps as the correction reads them: of one target or of all, and the other channels.
    private void Normalize(in RaggedRows rows, int row, int only, ReadOnlySpan<float> location, ReadOnlySpan<float> spread, float* steps)
    {
        for (nint step = rows.Starts[row]; step < rows.Starts[row + 1]; step++)
        {
            for (var target = only < 0 ? 0 : only; target < (only < 0 ? Targets : only + 1); target++)
            {
                var at = (row * Targets) + target;
                *steps++ = (Target(rows, step, target) - location[at]) / spread[at];
            }
            new Span<float>(rows.Values + (step * Channels) + Targets, Others).CopyTo(new Span<float>(steps, Others));
            steps += Others;
        }
    }

    // What is known of the steps ahead stands in the window's last steps.
    private void AddKnown(in RaggedRows rows, float* outputs)
    {
        var (count, horizon) = (_known.Length / Targets, _forecast.Horizon);
        for (var row = 0; row < rows.Count && count > 0; row++)
        {
            for (var ahead = 0; ahead < horizon; ahead++)
            {
                var step = rows.Length(row) - horizon + ahead;
                for (var target = 0; target < Targets && step >= 0; target++)
                {
                    var sum = 0f;
                    for (var c = 0; c < count; c++)
                    {
                        var channel = Channels - count + c;
                        var value = rows.Values[((nint)(rows.Starts[row] + step) * Channels) + channel];
                        sum += (value - _center[channel]) / _scale[channel] * _known[(c * Targets) + target];
                    }
                    for (var kind = 0; kind < _forecast.Kinds; kind++)
                    {
                        outputs[(row * Outputs) + (((kind * horizon) + ahead) * Targets) + target] += sum * Deviation(target);
                    }
                }
            }
        }
    }

    private int Patches(int steps) => (steps + Patch - 1) / Patch;
}
