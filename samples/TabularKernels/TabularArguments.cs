using System.CommandLine;

namespace Microsoft.ML.Extensions.Samples;

/// <summary>The arguments of the sample.</summary>
/// <param name="Data">The table, or null for generated waveforms.</param>
/// <param name="Label">The column that holds the class.</param>
/// <param name="Texts">Columns of numbers to read as text.</param>
/// <param name="Folds">The number of folds.</param>
/// <param name="Settings">Options of the trainer, each <c>Option=Value</c>.</param>
/// <param name="Seed">The seed of the folds, of generated rows and of training.</param>
internal sealed record TabularArguments(
    string? Data, string Label, IReadOnlyList<string> Texts, int Folds, IReadOnlyList<string> Settings, int Seed)
{
    /// <summary>Reads the command line; null after a request for help.</summary>
    /// <exception cref="UsageException">The arguments are wrong; the message describes the first error.</exception>
    public static TabularArguments? Parse(IReadOnlyList<string> args)
    {
        var data = new Option<string?>("--data")
        {
            HelpName = "F.csv",
            Description = "Classify the rows of this table, which has a header, instead of generated waveforms."
        };
        var label = new Option<string?>(
            "--label")
        { HelpName = "NAME", Description = "The column that holds the class. The default is the last." };
        var texts = new Option<string[]>("--text")
        {
            HelpName = "NAME",
            Description = "Read this column of numbers as text. May be repeated.",
            DefaultValueFactory = _ => []
        };
        var folds = new Option<int>("--folds")
        {
            HelpName = "N",
            Description = "The number of folds; each is the test set once.",
            DefaultValueFactory = _ => 4
        };
        var settings = new Option<string[]>("--set")
        {
            HelpName = "Option=Value",
            Description = "Set any option of the trainer by name. May be repeated.",
            DefaultValueFactory = _ => []
        };
        var seed = new Option<int>("--seed")
        {
            HelpName = "N",
            Description = "The seed of the folds, of generated rows and of training.",
            DefaultValueFactory = _ => 1
        };
        var result = new RootCommand(
            "Classifies the rows of a table by an infinitely wide network, and measures it by cross-validation.") { data, label, texts,
            folds, settings, seed }.Parse(args);
        if (result.Errors.Count > 0)
        {
            throw new UsageException(result.Errors[0].Message);
        }
        if (result.Action is { } help)
        {
            result.Invoke();
            return null;
        }
        if (result.GetValue(data) is { } file && !File.Exists(file))
        {
            throw new UsageException($"--data: there is no file '{file}'.");
        }
        return result.GetValue(folds) >= 2
            ? new TabularArguments(result.GetValue(data), result.GetValue(label)
                ?? "", result.GetValue(texts)!, result.GetValue(folds), result.GetValue(settings)!, result.GetValue(seed))
            : throw new UsageException($"--folds is {result.GetValue(folds)}; it must be at least 2.");
    }
}
