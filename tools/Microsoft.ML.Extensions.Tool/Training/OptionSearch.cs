using System.Diagnostics;

namespace Microsoft.ML.Extensions.Tool;

/// <summary>A trial of a search.</summary>
/// <param name="Settings">The options, each <c>Option=Value</c>; none for the defaults.</param>
/// <param name="Metric">The mean of the metric over the folds; null where the trial has none.</param>
/// <param name="Obstacle">Why it has none: the time was over, or the training with these options failed.</param>
internal sealed record OptionTrial(IReadOnlyList<string> Settings, double? Metric, string? Obstacle = null);

/// <summary>
/// A random search over the options of a trainer, measured by cross-validation (Bergstra and Bengio 2012, "Random search for hyper-parameter
/// optimization", Journal of Machine Learning Research 13).
/// </summary>
/// <param name="seed">The seed of trials and folds.</param>
/// <param name="request">What is to be trained, with the options that the user has set.</param>
/// <param name="entry">The trainer.</param>
/// <param name="screen">Makes the contexts.</param>
/// <param name="cancellation">Stops everything.</param>
internal sealed class OptionSearch(int seed, TrainRequest request, TrainerEntry entry, Screen screen, CancellationToken cancellation)
{
    // A single network tells options apart as well as five, at a fifth of the time.
    private const string Alone = "EnsembleSize=1";

    /// <summary>Whether a larger metric is better; known after the first trial.</summary>
    public bool HigherIsBetter { get; private set; }

    /// <summary>The metric.</summary>
    public string MetricName { get; private set; } = "";

    /// <summary>The trials, one after the other: the defaults, then random values.</summary>
    /// <param name="data">The rows.</param>
    /// <param name="trials">The number of trials.</param>
    /// <param name="folds">The number of folds.</param>
    /// <param name="time">The time for all; the trial that runs then is stopped.</param>
    public IEnumerable<OptionTrial> Run(DataSet data, int trials, int folds, TimeSpan time)
    {
        var (random, clock) = (new Random(seed), Stopwatch.StartNew());
        var space = new OptionSpace(entry.Options!().GetType());
        var foldOf = RowLabels.Folds(data, folds, seed);
        for (var trial = 0; trial < trials && clock.Elapsed < time; trial++)
        {
            IReadOnlyList<string> settings = trial == 0 ? [] : space.Draw(random, request.Settings);
            yield return Measure(data, foldOf, folds, settings, time - clock.Elapsed);
        }
    }

    private OptionTrial Measure(DataSet data, int[] foldOf, int folds, IReadOnlyList<string> settings, TimeSpan time)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        stop.CancelAfter(time);
        string[] alone = entry.Options!() is NetworkTrainerOptions ? [Alone] : [];
        var training = new Training(seed, request with { Settings = [.. alone, .. settings, .. request.Settings] }, screen, stop.Token);
        try
        {
            var sum = 0.0;
            for (var fold = 0; fold < folds; fold++)
            {
                var trained = training.Fit(training.Plan(entry), data.Take([.. foldOf.Select(of => of != fold)]), stop.Token);
                using var model = trained.Model as IDisposable;
                var found = Evaluation.Of(screen.Context(seed), request.Task, trained.Model, data.Take([.. foldOf.Select(of => of == fold)]));
                (HigherIsBetter, MetricName) = (found.HigherIsBetter, found.Primary.Key);
                sum += found.Primary.Value;
            }
            return double.IsFinite(sum) ? new OptionTrial(settings, sum / folds) : new OptionTrial(settings, null, $"{MetricName} is {sum}");
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return new OptionTrial(settings, null, "the time is over");
        }
        catch (InvalidOperationException e) when (settings.Count > 0)
        {
            // Options drawn at random may make training diverge; what the defaults cannot do is the data's fault.
            return new OptionTrial(settings, null, e.Message);
        }
    }
}
