using System.Globalization;
using Microsoft.ML.Extensions.Columns;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>
/// Forecasts one series step by step: each call takes a new step and returns the forecast of the following ones.
/// Create it with <c>ml.Model.CreateForecastingEngine</c>.
/// </summary>
/// <typeparam name="TIn">A row of the table that the model was trained on: a step of the series.</typeparam>
/// <typeparam name="TOut">The columns wanted of the forecast, such as <c>float[] Score</c>.</typeparam>
/// <remarks>
/// <para>It keeps only the last window; its state can be saved and restored, so that a restarted service continues.</para>
/// <para>An engine is not thread-safe; create one per series. Engines share the model's weights and do not dispose the model.</para>
/// </remarks>
/// <inheritdoc cref="ForecastingEngineCatalog.CreateForecastingEngine" path="/example"/>
/// <seealso href="../docs/Forecasting.html">docs/Forecasting.md</seealso>
public sealed class ForecastingEngine<TIn, TOut> : StatefulEngine
    where TIn : class
    where TOut : class, new()
{
    private readonly PredictionEngine<TIn, StepValues> _steps;
    private readonly PredictionEngine<WindowRow, TOut> _forecasts;
    private readonly RollingWindow _window;
    private readonly InputRange _range;
    private readonly StepClock? _clock;
    private readonly int _ahead;

    internal ForecastingEngine(
        PredictionEngine<TIn, StepValues> steps, PredictionEngine<WindowRow, TOut> forecasts, RollingWindow window, InputRange range,
        StepClock? clock, int ahead, IReadOnlyList<NetworkTransformer> networks)
        : base(networks) => (_steps, _forecasts, _window, _range, _clock, _ahead) = (steps, forecasts, window, range, clock, ahead);

    /// <inheritdoc/>
    public override long Steps => _window.Steps;

    /// <summary>The number of steps that a forecast needs.</summary>
    public int WindowLength => _window.Length;

    /// <summary>
    /// The number of future rows with known columns that <see cref="Forecast"/> needs: the horizon, or 0 where the model has none. A
    /// calendar needs no rows where the series has a time step: its times go on.
    /// </summary>
    public int KnownSteps => _ahead;

    /// <summary>The columns of a forecast.</summary>
    public DataViewSchema OutputSchema => _forecasts.OutputSchema;

    /// <summary>Takes the next step and forecasts what follows it.</summary>
    /// <param name="step">The step.</param>
    /// <returns>The forecast of the steps after it.</returns>
    /// <exception cref="InvalidOperationException">
    /// Fewer steps than a window has were given (this step is kept), or the model has known columns.
    /// </exception>
    /// <exception cref="InvalidDataException">
    /// The step has a value that is not allowed, and was not kept; or the window has one.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The engine was disposed.</exception>
    public TOut Predict(TIn step)
    {
        lock (Gate)
        {
            Observe(step);
            return Forecast();
        }
    }

    /// <summary>Takes the next step.</summary>
    /// <param name="step">The step.</param>
    /// <exception cref="InvalidDataException">
    /// A value is infinite or too far from the training values, or the time is not the next one of the series; the step was not kept.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The engine was disposed.</exception>
    public void Observe(TIn step)
    {
        lock (Gate)
        {
            var (values, time) = Read(step);
            for (var channel = 0; channel < values.Length; channel++)
            {
                if (!float.IsNaN(values[channel]) && !_range.Holds(channel, values[channel]))
                {
                    throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture,
                        $"Step {Steps} of the series: {_range.Complaint(channel, values[channel], $"channel {channel}")}."));
                }
            }
            _clock?.Move(_window, time);
            _window.Add(values);
        }
    }

    /// <summary>Forecasts the steps after the last one, without taking a step.</summary>
    /// <param name="known">The next <see cref="KnownSteps"/> rows, whose known columns are read; null where the model has none.</param>
    /// <exception cref="InvalidOperationException">Fewer steps than a window has were given.</exception>
    /// <exception cref="ArgumentException">The number of rows is not <see cref="KnownSteps"/>, or their times do not follow.</exception>
    /// <exception cref="InvalidDataException">The window has a value that is not allowed.</exception>
    /// <exception cref="ObjectDisposedException">The engine was disposed.</exception>
    public TOut Forecast(IReadOnlyList<TIn>? known = null)
    {
        lock (Gate)
        {
            CheckAlive();
            if (Steps < WindowLength)
            {
                throw new InvalidOperationException(
                    $"A forecast needs {WindowLength} steps, and {Steps} were given; provide the others with Observe.");
            }
            if ((known?.Count ?? 0) != KnownSteps)
            {
                throw new ArgumentException(
                    $"{known?.Count ?? 0} future rows were given; the model needs {KnownSteps}, those it forecasts, with the columns known in advance.",
                    nameof(known));
            }
            return _forecasts.Predict(new WindowRow { Window = _window.Window(Future(known ?? [])) });
        }
    }

    /// <inheritdoc/>
    public override void Reset()
    {
        lock (Gate)
        {
            CheckAlive();
            _window.Clear();
            _clock?.Restart();
        }
    }

    private protected override void Free()
    {
        _steps.Dispose();
        _forecasts.Dispose();
    }

    private protected override IReadOnlyList<byte[]> Parts() => _clock is null ? [_window.Save()] : [_window.Save(), _clock.Save()];

    private protected override void Restore(IReadOnlyList<byte[]> parts)
    {
        var expected = _clock is null ? 1 : 2;
        if (parts.Count != expected)
        {
            throw new FormatException(
                $"The state has {parts.Count} parts, and that of a series {expected}. Load the model it belongs to, or start again with Reset.");
        }
        var time = _clock?.Read(parts[1]);
        _window.Load(parts[0]);
        _clock?.Restore(time);
    }

    private (float[] Values, long Time) Read(TIn step)
    {
        CheckAlive();
        var read = _steps.Predict(step);
        var values = read.Values;
        Array.Resize(ref values, _window.Channels);
        _clock?.Write(values, read.Time);
        return (values, read.Time);
    }

    private IReadOnlyList<float[]> Future(IReadOnlyList<TIn> rows)
    {
        if (rows.Count == 0)
        {
            return _clock is null || _window.Ahead == 0 ? [] : _clock.Ahead(_window.Channels);
        }
        var (steps, before) = (new List<float[]>(), _clock?.Last ?? 0);
        foreach (var row in rows)
        {
            var (values, time) = Read(row);
            steps.Add(values);
            _clock?.CheckAhead(steps.Count, time, before);
            before = time;
        }
        return steps;
    }
}
