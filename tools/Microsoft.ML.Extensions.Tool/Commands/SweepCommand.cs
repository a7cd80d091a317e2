using System.Globalization;
using Microsoft.ML.Extensions.Samples;

namespace Microsoft.ML.Extensions.Tool;

/// <summary><c>mlx sweep</c>: a search over the options of a trainer, and a training with the best.</summary>
/// <param name="arguments">The arguments of the training.</param>
/// <param name="trials">The number of trials.</param>
/// <param name="folds">The number of folds.</param>
/// <param name="screen">Where results are shown.</param>
/// <param name="cancellation">Stops the command.</param>
internal sealed class SweepCommand(TrainArguments arguments, int trials, int folds, Screen screen, CancellationToken cancellation)
{
    /// <summary>Searches and trains.</summary>
    /// <exception cref="UsageException">An argument or a file is wrong, or no trial was finished.</exception>
    public void Run() => new TrainCommand(arguments, screen, cancellation).Run(Search);

    private IReadOnlyList<string> Search(TrainRequest request, DataSet train)
    {
        if (arguments.Trainer is not { } name)
        {
            throw new UsageException("'sweep' needs --trainer: the options of one trainer are searched.");
        }
        var entry = TrainerList.Find(name, arguments.Task, train);
        if (entry.Options is null)
        {
            throw new UsageException($"--trainer {entry.Name} is used with its defaults; its options are not searched.");
        }
        var search = new OptionSearch(arguments.Seed, request, entry, screen, cancellation);
        var best = (OptionTrial?)null;
        foreach (var trial in search.Run(train, trials, folds, TimeSpan.FromSeconds(arguments.TrainTime)))
        {
            var options = trial.Settings.Count == 0 ? "the defaults" : string.Join(' ', trial.Settings);
            if (trial.Metric is not { } metric)
            {
                screen.Line($"left out, {options}: {trial.Obstacle}");
                continue;
            }
            screen.Line(string.Create(CultureInfo.InvariantCulture, $"{search.MetricName} {metric:0.0000}: {options}"));
            if (best is null || (search.HigherIsBetter ? metric > best.Metric : metric < best.Metric))
            {
                best = trial;
            }
        }
        return best?.Settings ?? throw new UsageException(
            $"No trial was finished within --train-time {arguments.TrainTime}; give it more seconds, or take fewer --folds.");
    }
}
