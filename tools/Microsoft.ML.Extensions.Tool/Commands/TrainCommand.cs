using System.Globalization;
using Microsoft.ML.Extensions.Samples;

namespace Microsoft.ML.Extensions.Tool;

/// <summary><c>mlx train</c>: a data file becomes a model, a report, and C# that trains, uses and evaluates the same.</summary>
internal sealed class TrainCommand(TrainArguments arguments, Screen screen, CancellationToken cancellation)
{
    private const string Baseline = "the most common label";

    private readonly MLContext _ml = screen.Context(arguments.Seed);

    /// <summary>Trains.</summary>
    /// <param name="search">Finds more settings of the trainer on the training rows; null for none.</param>
    /// <returns>The path of the model.</returns>
    /// <exception cref="UsageException">An argument or a file is wrong.</exception>
    public string Run(Func<TrainRequest, DataSet, IReadOnlyList<string>>? search = null)
    {
        // Checked before training, so that no training is lost.
        var name = CSharp.Name(arguments.Name ?? Path.GetFileNameWithoutExtension(arguments.DataSet), "Model");
        var folder = new ModelFolder(Path.Combine(arguments.Output, name), name);
        folder.Check(arguments.Force);
        var data = DataFile.ForTraining(_ml, arguments.DataSet, arguments.Read, arguments.Task, arguments.Label, arguments.Group);
        screen.Columns(data);
        var request = Request(data);
        var training = new Training(arguments.Seed, request, screen, cancellation);
        var (train, test) = arguments.TestDataSet is { } path ? (data, ReadTest(path, data, request)) : training.Split(data);
        screen.Line($"{train.Rows} rows to learn from, {test.Rows} to measure on"
            + (arguments.TestDataSet is null ? arguments.Task == TaskName.Forecasting ? " (the end of the series)" : " (a fifth, in each class or range alike)" : ""));
        if (search is not null)
        {
            request = request with { Settings = [.. search(request, train), .. request.Settings] };
            training = new Training(arguments.Seed, request, screen, cancellation);
        }
        var (plan, trials) = Choose(training, train);
        var trained = training.Fit(plan, train, cancellation);
        try
        {
            var naive = arguments.Task == TaskName.Forecasting ? _ml.Forecasting.MeasureNaiveErrors(train.View, [request.Label]) : null;
            var evaluation = Evaluation.Of(_ml, arguments.Task, trained.Model, test, naive);
            screen.Confusion(evaluation);
            var description = Describe(name, data, request, plan, evaluation, train.Rows) with { NeedsLibtorch = NeedsLibtorch(trained.Model) };
            folder.Write(_ml, trained, train, test, arguments.Read, description, new Report(description, data, trained, evaluation, trials, BaselineOf(train, test)));
            screen.Line($"Written to {folder.Path}: {folder.ModelFile}, {ModelFolder.ReportFile}, and C# that trains, uses and evaluates the same model.");
            if (BaselineOf(train, test) is { } baseline)
            {
                screen.Line(string.Create(CultureInfo.InvariantCulture, $"For comparison: {Baseline} has {evaluation.Primary.Key} {baseline:0.0000}."));
            }
            screen.Result($"trainer: {plan.Entry.Name}");
            screen.Figures([.. evaluation.Metrics, new("fit_seconds", Math.Round(trained.FitSeconds, 1))]);
            return Path.Combine(folder.Path, folder.ModelFile);
        }
        finally
        {
            (trained.Model as IDisposable)?.Dispose();
        }
    }

    private static bool NeedsLibtorch(ITransformer model) =>
        model is IEnumerable<ITransformer> steps && steps.OfType<NetworkTransformer>().Any(network => !network.IsManaged);

    private TrainRequest Request(DataSet data)
    {
        if (arguments.Task == TaskName.Ranking && data.Group is null)
        {
            throw new UsageException("'train ranking' needs --group-col: the column that names the query of a row.");
        }
        if (arguments.Task == TaskName.Forecasting && arguments.Horizon < 1)
        {
            throw new UsageException($"'train forecasting' needs --horizon, the number of steps to forecast, at least 1; got {arguments.Horizon}.");
        }
        var history = arguments.History > 0 ? arguments.History : 4 * arguments.Horizon;
        return new TrainRequest(arguments.Task, data.Label!, data.Group, arguments.Settings, history, arguments.Horizon);
    }

    private DataSet ReadTest(string path, DataSet data, TrainRequest request) => DataFile.ForModel(
        _ml, path, arguments.Read with { Ignored = [], AsText = [] }, Columns(data, request), needsLabel: true, label: null);

    private (TrainerPlan Plan, IReadOnlyList<Trial> Trials) Choose(Training training, DataSet train)
    {
        if (arguments.Trainer is { } name)
        {
            return (training.Plan(TrainerList.Find(name, arguments.Task, train)), []);
        }
        if (arguments.Settings.Count > 0)
        {
            throw new UsageException("--set needs --trainer: it sets an option of one trainer.");
        }
        var plans = TrainerList.Candidates(arguments.Task, train).Select(training.Plan).ToList();
        var trials = new List<Trial>();
        var (best, found) = ((TrainerPlan?)null, (Evaluation?)null);
        foreach (var (plan, trial) in training.Try(plans, train, TimeSpan.FromSeconds(arguments.TrainTime)))
        {
            trials.Add(trial);
            if (trial.Evaluation?.IsBetterThan(found) == true)
            {
                (best, found) = (plan, trial.Evaluation);
            }
        }
        if (best is null)
        {
            var notes = string.Join("; ", trials.Select(trial => $"{trial.Name}: {trial.Note}"));
            throw new UsageException($"No trainer was finished within --train-time {arguments.TrainTime} ({notes}); give it more seconds, or name one with --trainer.");
        }
        screen.Trials(trials);
        return (best, trials);
    }

    private ModelDescription Columns(DataSet data, TrainRequest request) => new()
    {
        Task = arguments.Task,
        Label = request.Label,
        Columns = [.. data.Columns.Where(column => column.IsRead && (arguments.Task != TaskName.Forecasting || column.Kind == ColumnKind.Label))
            .Select(column => new ModelColumn(column.Name, column.Kind, column.IsText))],
        History = arguments.Task == TaskName.Forecasting ? request.History : 0,
        Horizon = arguments.Task == TaskName.Forecasting ? request.Horizon : 0,
    };

    private ModelDescription Describe(string name, DataSet data, TrainRequest request, TrainerPlan plan, Evaluation evaluation, int rows) =>
        Columns(data, request) with
        {
            Name = name,
            Trainer = plan.Entry.Name,
            TrainRows = rows,
            Metrics = evaluation.Metrics.ToDictionary(),
        };

    // What a model has to be better than.
    private double? BaselineOf(DataSet train, DataSet test)
    {
        if (arguments.Task != TaskName.Classification)
        {
            return null;
        }
        var common = RowLabels.Of(train.View, train.Label!).CountBy(label => label).MaxBy(pair => pair.Value).Key;
        return RowLabels.Of(test.View, test.Label!).Average(label => label == common ? 1.0 : 0);
    }
}
