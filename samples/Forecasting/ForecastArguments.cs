using System.CommandLine;

namespace Microsoft.ML.Extensions.Samples;

/// <summary>The arguments of the sample.</summary>
/// <param name="Csv">The table, or null for a generated series.</param>
/// <param name="History">The number of past steps that a forecast uses.</param>
/// <param name="Horizon">The number of steps to forecast.</param>
/// <param name="Split">The sizes of the training, validation and test set; null for 70, 10 and 20 percent.</param>
/// <param name="Season">The period of the seasonal naive forecast.</param>
/// <param name="Trainer">The trainer's name.</param>
/// <param name="Settings">Options of the trainer, each <c>Option=Value</c>.</param>
/// <param name="Seed">The seed of everything random.</param>
/// <param name="Plot">The file of the plot.</param>
internal sealed record ForecastArguments(
    string? Csv, int History, int Horizon, int[]? Split, int Season, string Trainer, IReadOnlyList<string> Settings, int Seed, string Plot)
{
    /// <summary>Reads the command line; null after a request for help.</summary>
    /// <exception cref="UsageException">The arguments are wrong; the message describes the first error.</exception>
    public static ForecastArguments? Parse(IReadOnlyList<string> args, TrainerTable trainers)
    {
        var csv = new Option<string?>(
            "--csv")
        { HelpName = "F", Description = "Forecast the columns of numbers of this table instead of a generated series." };
        var history = Number("--history", 96, "Past steps that a forecast uses.");
        var horizon = Number("--horizon", 24, "Steps to forecast.");
        var split = new Option<string?>("--split")
        {
            HelpName = "a,b,c",
            Description = "Rows of the training, validation and test set. The default is 70, 10 and 20 percent."
        };
        var season = Number("--season", 24, "The period of the seasonal naive forecast.");
        var trainer = new Option<string>("--trainer")
        {
            HelpName = "NAME",
            Description = $"One of {string.Join(", ", trainers.Names)}.",
            DefaultValueFactory = _ => trainers.Names[0]
        };
        var settings = new Option<string[]>("--set")
        {
            HelpName = "Option=Value",
            Description = "Set any option of the trainer by name. May be repeated.",
            DefaultValueFactory = _ => []
        };
        var seed = Number("--seed", 1, "The seed of the generated series and of training.");
        var plot = new Option<string>(
            "--plot")
        { HelpName = "F", Description = "The file of the plot.", DefaultValueFactory = _ => "forecast.png" };
        var result = new RootCommand("Forecasts series, and compares with a seasonal naive and a linear forecast.") { csv, history,
            horizon, split, season, trainer, settings, seed, plot }.Parse(args);
        if (result.Errors.Count > 0)
        {
            throw new UsageException(result.Errors[0].Message);
        }
        if (result.Action is { } help)
        {
            result.Invoke();
            return null;
        }
        if (result.GetValue(csv) is { } file && !File.Exists(file))
        {
            throw new UsageException($"--csv: there is no file '{file}'.");
        }
        return new ForecastArguments(
            result.GetValue(csv), AtLeastOne(result, history), AtLeastOne(result, horizon), Rows(result.GetValue(split)),
                AtLeastOne(result, season),
            trainers.Find(result.GetValue(trainer)!), result.GetValue(settings)!, result.GetValue(seed), result.GetValue(plot)!);
    }

    /// <summary>The arguments that a table of trainers needs.</summary>
    /// <param name="settings">The trainer's options with the user's values.</param>
    public SampleArguments ForTrainer(params string[] settings) =>
        new(null, null, Trainer, [.. settings, .. Settings], Seed, null, null, true);

    /// <summary>The number of rows in each set, checked against the table.</summary>
    /// <exception cref="UsageException">The sets are larger than the table, or too small for a window.</exception>
    public int[] Parts(int rows)
    {
        var parts = Split ?? [(int)(0.7 * rows), (int)(0.1 * rows), rows - (int)(0.7 * rows) - (int)(0.1 * rows)];
        if (parts.Sum() > rows)
        {
            throw new UsageException($"--split asks for {parts.Sum()} rows; the table has {rows}.");
        }
        if (parts[0] < History + Horizon || parts[1] < Horizon || parts[2] < Horizon)
        {
            throw new UsageException(
                $"The parts of {string.Join(", ", parts)} rows are too small: the first needs --history + --horizon, which is {History + Horizon}, the others --horizon, which is {Horizon}.");
        }
        return parts;
    }

    private static Option<int> Number(string name, int value, string description) =>
        new(name) { HelpName = "N", Description = description, DefaultValueFactory = _ => value };

    private static int AtLeastOne(ParseResult result, Option<int> option) => result.GetValue(option) is var value and > 0 ? value
        : throw new UsageException($"{option.Name} is {result.GetValue(option)}; it must be at least 1.");

    private static int[]? Rows(string? text)
    {
        if (text is null)
        {
            return null;
        }
        var parts = text.Split(',').Select(part => int.TryParse(part, out var value) && value > 0 ? value : 0).ToArray();
        return parts.Length == 3 && !parts.Contains(0) ? parts
            : throw new UsageException($"--split is '{text}'; three numbers of rows are needed, such as 8640,2880,2880.");
    }
}
