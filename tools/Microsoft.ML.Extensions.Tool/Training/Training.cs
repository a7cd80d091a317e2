using System.Diagnostics;
using Microsoft.ML.Extensions.Samples;

namespace Microsoft.ML.Extensions.Tool;

/// <summary>A trained model.</summary>
/// <param name="Plan">The trainer with its options.</param>
/// <param name="Steps">The pipeline.</param>
/// <param name="Model">The model.</param>
/// <param name="FitSeconds">The time of the fit.</param>
internal sealed record Trained(TrainerPlan Plan, IReadOnlyList<PipelineStep> Steps, ITransformer Model, double FitSeconds);

/// <summary>A trainer that was tried.</summary>
/// <param name="Name">The trainer.</param>
/// <param name="Evaluation">How good it was on validation rows; null where it was not finished.</param>
/// <param name="FitSeconds">The time of its fit.</param>
/// <param name="Note">Why it has no evaluation.</param>
internal sealed record Trial(string Name, Evaluation? Evaluation, double FitSeconds, string Note);

/// <summary>Trains, and chooses among trainers.</summary>
/// <param name="seed">The seed of everything random.</param>
/// <param name="request">What is to be trained.</param>
/// <param name="screen">Makes the contexts.</param>
/// <param name="cancellation">Stops everything.</param>
internal sealed class Training(int seed, TrainRequest request, Screen screen, CancellationToken cancellation)
{
    // Of ten validation rows in each class or quantile, two.
    private const int ValidationFolds = 5;

    /// <summary>The options of a trainer.</summary>
    /// <exception cref="UsageException">A setting is wrong.</exception>
    public TrainerPlan Plan(TrainerEntry entry) => new(entry, request, entry.Configure(request), TrainerEntry.ConfigureForecast(request));

    /// <summary>Trains one model on all rows.</summary>
    public Trained Fit(TrainerPlan plan, DataSet data, CancellationToken stop)
    {
        if (plan.Options is not null)
        {
            screen.NeedLibtorch();
        }
        var ml = screen.Context(seed);
        var progress = new ProgressBar(plan.Entry.Name);
        new RunHooks(progress, stop).Into(plan.Options);
        var steps = PipelineSteps.Of(ml, data, plan);
        var clock = Stopwatch.StartNew();
        var model = screen.During(progress, () => PipelineSteps.Chain(steps).Fit(data.View));
        stop.ThrowIfCancellationRequested();
        return new Trained(plan, steps, model, clock.Elapsed.TotalSeconds);
    }

    /// <summary>Tries trainers one after the other on a part of the rows, and measures them on the others, while time is left.</summary>
    /// <param name="plans">The trainers with their options.</param>
    /// <param name="data">The rows.</param>
    /// <param name="time">The time for all.</param>
    public IEnumerable<(TrainerPlan Plan, Trial Trial)> Try(IEnumerable<TrainerPlan> plans, DataSet data, TimeSpan time)
    {
        var (train, validation) = Split(data);
        var clock = Stopwatch.StartNew();
        foreach (var plan in plans)
        {
            var left = time - clock.Elapsed;
            yield return (plan, left <= TimeSpan.Zero ? new Trial(plan.Entry.Name, null, 0, "no time left") : Try(plan, train, validation, left));
        }
    }

    /// <summary>Some rows to learn from, and the others to measure on; of series in time order the end.</summary>
    /// <exception cref="UsageException">There are too few rows.</exception>
    public (DataSet Train, DataSet Test) Split(DataSet data)
    {
        bool[] isTest;
        if (request.Task == TaskName.Forecasting)
        {
            var test = data.Rows / ValidationFolds;
            var shortest = request.History + request.Horizon;
            if (test < request.Horizon || data.Rows - test < shortest)
            {
                throw new UsageException($"{data.Path} has {data.Rows} rows; a forecast of {request.Horizon} steps from {request.History} needs "
                    + $"{shortest} rows to learn from, and a fifth of all rows to measure on. Take a smaller --history or --horizon, or --test-dataset.");
            }
            // Windows of the test rows reach back into the training rows.
            isTest = [.. Enumerable.Range(0, data.Rows).Select(row => row >= data.Rows - test)];
            var reach = isTest.Select((_, row) => row >= data.Rows - test - request.History).ToArray();
            return (data.Take([.. isTest.Select(test => !test)]), data.Take(reach));
        }
        var folds = RowLabels.Folds(data, ValidationFolds, seed);
        isTest = [.. folds.Select(fold => fold == 0)];
        var (train, held) = (data.Take([.. isTest.Select(test => !test)]), data.Take(isTest));
        return train.Rows > 0 && held.Rows > 0 ? (train, held)
            : throw new UsageException($"{data.Path} has {data.Rows} rows with a label, too few to hold a fifth of them out; name other rows by --test-dataset.");
    }

    private Trial Try(TrainerPlan plan, DataSet train, DataSet validation, TimeSpan time)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        stop.CancelAfter(time);
        var clock = Stopwatch.StartNew();
        try
        {
            var trained = Fit(plan, train, stop.Token);
            try
            {
                return new Trial(plan.Entry.Name, Evaluation.Of(screen.Context(seed), request.Task, trained.Model, validation), trained.FitSeconds, "");
            }
            finally
            {
                (trained.Model as IDisposable)?.Dispose();
            }
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return new Trial(plan.Entry.Name, null, clock.Elapsed.TotalSeconds, "stopped: no time left");
        }
        catch (InvalidOperationException e)
        {
            // Where one trainer diverges, another may not.
            return new Trial(plan.Entry.Name, null, clock.Elapsed.TotalSeconds, e.Message);
        }
    }
}
