using System.Diagnostics;

namespace Microsoft.ML.Extensions.Samples;

/// <summary>Feeds series to an engine, step by step.</summary>
internal sealed class LiveScores
{
    public LiveScores(StreamingEngine<Reading, Prediction> engine, IReadOnlyList<Sensor> sensors, CancellationToken cancellation = default)
    {
        var prediction = new Prediction();
        var clock = Stopwatch.StartNew();
        foreach (var sensor in sensors)
        {
            cancellation.ThrowIfCancellationRequested();
            engine.Reset();
            foreach (var reading in sensor.Readings)
            {
                engine.Predict(reading, ref prediction);
            }
            Accuracy += prediction.PredictedLabel == sensor.Label ? 1.0 / sensors.Count : 0;
        }
        StepsPerSecond = sensors.Sum(sensor => sensor.Readings.Count) / clock.Elapsed.TotalSeconds;
    }

    /// <summary>The fraction of series whose class is right after the last step.</summary>
    public double Accuracy { get; }

    public double StepsPerSecond { get; }
}
