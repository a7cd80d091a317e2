using System.CommandLine;
// Microsoft.ML has a namespace Command.
using CliCommand = System.CommandLine.Command;

namespace Microsoft.ML.Extensions.Tool;

/// <summary>The options of <c>mlx train</c>, for one task.</summary>
internal sealed class TrainOptions(TaskName task)
{
    private readonly DataOptions _data = new();
    private readonly Option<string?> _test = new("--test-dataset")
    {
        HelpName = "FILE",
        Description = "Measure on this file. The default is a fifth of the data set, which is not learned from.",
    };
    private readonly Option<string?> _group = new("--group-col") { HelpName = "NAME", Description = "The column that names the query of a row." };
    private readonly Option<string?> _trainer = new("--trainer")
    {
        HelpName = "NAME",
        Description = $"One of {string.Join(", ", TrainerList.All.Where(entry => entry.Creators.ContainsKey(task)).Select(entry => entry.Name))}. "
            + "The default tries several, and takes the best on validation rows.",
    };
    private readonly Option<string[]> _set = new("--set")
    {
        HelpName = "Option=Value",
        Description = "Set an option of the trainer by name, nested ones with dots: --set Training.Epochs=20. May be repeated.",
        DefaultValueFactory = _ => [],
    };
    private readonly Option<int> _time = Number("--train-time", 300, "Seconds for trying trainers, where none is named.");
    private readonly Option<int> _horizon = Number("--horizon", 0, "Steps to forecast.");
    private readonly Option<int> _history = Number("--history", 0, "Past steps that a forecast reads. The default is four times the horizon.");
    private readonly Option<string?> _name = new("--name") { HelpName = "NAME", Description = "The name of the model. The default is that of the file." };
    private readonly Option<string> _output = new("--output", "-o")
    {
        HelpName = "FOLDER",
        Description = "Where the folder of the model is made.",
        DefaultValueFactory = _ => ".",
    };
    private readonly Option<bool> _force = new("--force") { Description = "Replace the files of an earlier training." };
    private readonly Option<int> _seed = Number("--seed", 1, "The seed of everything random.");

    /// <summary>A command with these options.</summary>
    public CliCommand Command(string description)
    {
        var command = new CliCommand(task.ToString().ToLowerInvariant(), description);
        IEnumerable<Option> own = [_test, _trainer, _set, _time, _name, _output, _force, _seed];
        IEnumerable<Option> ofTask = task switch
        {
            TaskName.Forecasting => [_horizon, _history],
            TaskName.Ranking => [_group],
            _ => [],
        };
        foreach (var option in _data.OfTraining.Concat(ofTask).Concat(own))
        {
            command.Options.Add(option);
        }
        return command;
    }

    /// <summary>The arguments that were parsed.</summary>
    public TrainArguments Arguments(ParseResult result)
    {
        return new TrainArguments
        {
            Task = task,
            DataSet = result.GetValue(_data.DataSet)!,
            TestDataSet = result.GetValue(_test),
            Label = result.GetValue(_data.Label),
            Group = task == TaskName.Ranking ? result.GetValue(_group) : null,
            Read = _data.Settings(result),
            Trainer = result.GetValue(_trainer),
            Settings = result.GetValue(_set)!,
            TrainTime = AtLeast(result, _time, 1),
            Horizon = task == TaskName.Forecasting ? AtLeast(result, _horizon, 0) : 0,
            History = task == TaskName.Forecasting ? AtLeast(result, _history, 0) : 0,
            Name = result.GetValue(_name),
            Output = result.GetValue(_output)!,
            Force = result.GetValue(_force),
            Seed = result.GetValue(_seed),
        };
    }

    /// <summary>An option that is a number.</summary>
    public static Option<int> Number(string name, int value, string description) =>
        new(name) { HelpName = "N", Description = description, DefaultValueFactory = _ => value };

    /// <summary>The number of an option.</summary>
    /// <exception cref="Samples.UsageException">It is less than is allowed.</exception>
    public static int AtLeast(ParseResult result, Option<int> option, int least) => result.GetValue(option) is var value && value >= least ? value
        : throw new Samples.UsageException($"{option.Name} is {result.GetValue(option)}; it must be at least {least}.");
}
