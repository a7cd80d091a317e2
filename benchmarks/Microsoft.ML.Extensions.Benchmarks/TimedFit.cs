using System.Diagnostics;

namespace Microsoft.ML.Extensions.Benchmarks;

/// <summary>Trains for a given time instead of a number of epochs, so that slow and fast layers get the same time.</summary>
internal static class TimedFit
{
    private const int TrialShare = 10;

    /// <summary>
    /// A model trained for the number of whole epochs, at least one, that fit into the time, estimated from the best speed of a trial on a
    /// tenth of the rows.
    /// </summary>
    /// <param name="ml">The context.</param>
    /// <param name="train">The rows.</param>
    /// <param name="seconds">The time to train.</param>
    /// <param name="trainer">Creates the trainer for a number of epochs.</param>
    public static TimedModel Run(
        MLContext ml, IDataView train, double seconds, Func<TrainingOptions, IEstimator<NetworkTransformer>> trainer)
    {
        var rows = train.GetRowCount() ?? throw new ArgumentException("Rows that are in memory are wanted.", nameof(train));
        double speed = 0;
        var trial = new TrainingOptions
        {
            Epochs = 3,
            Seed = 1,
            ValidationFraction = 0,
            Progress = new Speed(value => speed = Math.Max(speed, value))
        };
        // Shuffled, since rows may be sorted by class.
        using (trainer(trial).Fit(ml.Data.TakeRows(ml.Data.ShuffleRows(train, seed: 1), Math.Max(1, rows / TrialShare))))
        {
        }
        var epochs = (int)Math.Clamp(seconds * speed / rows, 1, 100_000);
        var clock = Stopwatch.StartNew();
        var model = trainer(new TrainingOptions { Epochs = epochs, Seed = 1, ValidationFraction = 0 }).Fit(train);
        return new TimedModel(model, epochs, clock.Elapsed.TotalSeconds);
    }

    private sealed class Speed(Action<double> tell) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => tell(value.RowsPerSecond);
    }
}

/// <summary>A model and the cost of its training.</summary>
/// <param name="Model">The model.</param>
/// <param name="Epochs">The number of epochs.</param>
/// <param name="Seconds">The time of the fit.</param>
internal sealed record TimedModel(NetworkTransformer Model, int Epochs, double Seconds) : IDisposable
{
    public void Dispose() => Model.Dispose();
}
