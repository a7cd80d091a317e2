using Microsoft.ML.Extensions.Samples;
using Microsoft.ML.Extensions.Sequence;

namespace Microsoft.ML.Extensions.Tool;

/// <summary>A trainer that the tool knows.</summary>
/// <param name="Name">The value of <c>--trainer</c>, and the method of ML.NET's catalogs.</param>
/// <param name="Package">The package that has it.</param>
/// <param name="ReadsSeries">Whether it reads the steps of series.</param>
/// <param name="ReadsTables">Whether it reads vectors whose numbers have no order.</param>
/// <param name="Options">New options with the defaults; null for a trainer whose options cannot be set.</param>
/// <param name="Creators">Creates it, for each task that it has.</param>
internal sealed record TrainerEntry(
    string Name, string Package, bool ReadsSeries, bool ReadsTables, Func<TrainerOptions>? Options,
    IReadOnlyDictionary<TaskName, Func<MLContext, TrainerPlan, IEstimator<ITransformer>>> Creators)
{
    /// <summary>The options of a plan.</summary>
    /// <exception cref="UsageException">A setting names no option, or its value is not allowed.</exception>
    public TrainerOptions? Configure(TrainRequest request)
    {
        var settings = request.Settings.Where(setting => !IsOfForecast(setting)).ToList();
        if (Options is null)
        {
            return settings.Count == 0 ? null : throw new UsageException($"--set {settings[0]}: {Name} is used with its defaults; leave the option out.");
        }
        var options = Options();
        options.LabelColumnName = request.Task == TaskName.Forecasting ? options.LabelColumnName : request.Label;
        if (request.Task == TaskName.Ranking && options is NetworkTrainerOptions ranking)
        {
            ranking.GroupColumnName = request.Group;
        }
        foreach (var setting in settings)
        {
            OptionSetter.Set(options, setting);
        }
        return options;
    }

    /// <summary>The options of a forecast.</summary>
    /// <exception cref="UsageException">A setting names no option, or the task is another.</exception>
    public static ForecastOptions ConfigureForecast(TrainRequest request)
    {
        var options = new ForecastOptions();
        foreach (var setting in request.Settings.Where(IsOfForecast))
        {
            if (request.Task != TaskName.Forecasting)
            {
                throw new UsageException($"--set {setting}: options of Forecast are for 'train forecasting'.");
            }
            OptionSetter.Set(options, setting["Forecast.".Length..]);
        }
        return options;
    }

    private static bool IsOfForecast(string setting) => setting.StartsWith("Forecast.", StringComparison.OrdinalIgnoreCase);
}

/// <summary>A trainer with its options.</summary>
/// <param name="Entry">The trainer.</param>
/// <param name="Request">What is to be trained.</param>
/// <param name="Options">Its options, or null where it has none.</param>
/// <param name="Forecast">The options of a forecast.</param>
internal sealed record TrainerPlan(TrainerEntry Entry, TrainRequest Request, TrainerOptions? Options, ForecastOptions Forecast);

/// <summary>What is to be trained.</summary>
/// <param name="Task">The task.</param>
/// <param name="Label">The label column.</param>
/// <param name="Group">The column of groups, for ranking.</param>
/// <param name="Settings">Options of the trainer, each <c>Option=Value</c>.</param>
/// <param name="History">Past steps that a forecast reads.</param>
/// <param name="Horizon">Steps to forecast.</param>
internal sealed record TrainRequest(TaskName Task, string Label, string? Group, IReadOnlyList<string> Settings, int History = 0, int Horizon = 0);
