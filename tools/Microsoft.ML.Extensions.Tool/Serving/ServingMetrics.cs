using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace Microsoft.ML.Extensions.Tool;

/// <summary>Counts requests, rows and times by System.Diagnostics.Metrics, and writes them as the text that Prometheus reads.</summary>
internal sealed class ServingMetrics : IDisposable
{
    /// <summary>The name of the meter, for dotnet-counters and OpenTelemetry.</summary>
    public const string MeterName = "Microsoft.ML.Extensions.Tool";

    private static readonly double[] s_bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];

    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, long> _requests = new(StringComparer.Ordinal);
    private readonly long[] _buckets = new long[s_bounds.Length + 1];
    private readonly Meter _meter = new(MeterName);
    private readonly MeterListener _listener = new();
    private readonly Counter<long> _requestCounter;
    private readonly Counter<long> _rowCounter;
    private readonly Histogram<double> _duration;
    private long _rows;
    private double _seconds;

    public ServingMetrics()
    {
        _requestCounter = _meter.CreateCounter<long>("mlx.requests", description: "Requests to /predict, by status.");
        _rowCounter = _meter.CreateCounter<long>("mlx.rows", description: "Rows that were predicted.");
        _duration = _meter.CreateHistogram<double>("mlx.request.duration", "s", "The time of a request to /predict.");
        // Other servers of this process have meters of the same name.
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (ReferenceEquals(instrument.Meter, _meter))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>(Count);
        _listener.SetMeasurementEventCallback<double>(Time);
        _listener.Start();
    }

    /// <summary>Counts a request.</summary>
    public void Add(int status, int rows, TimeSpan time)
    {
        _requestCounter.Add(1, new KeyValuePair<string, object?>("status", status));
        _rowCounter.Add(rows);
        _duration.Record(time.TotalSeconds);
    }

    /// <summary>The text of all metrics.</summary>
    public string Text()
    {
        var text = new StringBuilder();
        lock (_lock)
        {
            text.Append("# HELP mlx_requests_total Requests to /predict, by status.\n# TYPE mlx_requests_total counter\n");
            foreach (var (status, count) in _requests)
            {
                text.Append(CultureInfo.InvariantCulture, $"mlx_requests_total{{status=\"{status}\"}} {count}\n");
            }
            text.Append("# HELP mlx_rows_total Rows that were predicted.\n# TYPE mlx_rows_total counter\n");
            text.Append(CultureInfo.InvariantCulture, $"mlx_rows_total {_rows}\n");
            text.Append("# HELP mlx_request_duration_seconds The time of a request to /predict.\n# TYPE mlx_request_duration_seconds histogram\n");
            var below = 0L;
            for (var bucket = 0; bucket < _buckets.Length; bucket++)
            {
                below += _buckets[bucket];
                var bound = bucket < s_bounds.Length ? s_bounds[bucket].ToString(CultureInfo.InvariantCulture) : "+Inf";
                text.Append(CultureInfo.InvariantCulture, $"mlx_request_duration_seconds_bucket{{le=\"{bound}\"}} {below}\n");
            }
            text.Append(CultureInfo.InvariantCulture, $"mlx_request_duration_seconds_sum {_seconds}\nmlx_request_duration_seconds_count {below}\n");
        }
        return text.ToString();
    }

    public void Dispose()
    {
        _listener.Dispose();
        _meter.Dispose();
    }

    private void Count(Instrument instrument, long value, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? state)
    {
        lock (_lock)
        {
            if (tags.IsEmpty)
            {
                _rows += value;
                return;
            }
            var status = string.Create(CultureInfo.InvariantCulture, $"{tags[0].Value}");
            _requests[status] = _requests.GetValueOrDefault(status) + value;
        }
    }

    private void Time(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? state)
    {
        var bucket = Array.FindIndex(s_bounds, bound => value <= bound);
        lock (_lock)
        {
            _buckets[bucket < 0 ? s_bounds.Length : bucket]++;
            _seconds += value;
        }
    }
}
