using System.CommandLine;
using System.CommandLine.Parsing;

namespace Microsoft.ML.Extensions.Samples;

/// <summary>The command line of a sample that trains, with the same options in all samples.</summary>
public sealed class CommandLine
{
    private readonly Option<FileInfo?> _train = ExistingFile("--train", "Learn from this .ts file instead of generated data.");
    private readonly Option<FileInfo?> _test = ExistingFile("--test", "Measure on this .ts file instead of generated data.");
    private readonly Option<string?> _trainer;
    private readonly Option<string[]> _set = new("--set")
    {
        HelpName = "Option=Value",
        Description = "Set any option of the trainer by name, nested ones with dots: --set Training.Epochs=20. May be repeated.",
        Arity = ArgumentArity.OneOrMore,
        DefaultValueFactory = _ => [],
    };
    private readonly Option<string> _seed = new("--seed")
    {
        HelpName = "N",
        Description = "The seed of the generated training data and of training.",
        DefaultValueFactory = _ => "1",
    };
    private readonly Option<string?> _save = new("--save") { HelpName = "F", Description = "Write the model to this file." };
    private readonly Option<FileInfo?> _load = ExistingFile("--load", "Score with this model; nothing is trained.");
    private readonly Option<bool> _noBaseline = new("--no-baseline") { Description = "Leave out the comparison with the baseline." };
    private readonly TrainerTable _trainers;
    private readonly RootCommand _command;

    /// <param name="description">The description of the sample, for <c>--help</c>.</param>
    /// <param name="trainers">The trainers for <c>--trainer</c>.</param>
    /// <param name="takesFiles">Whether <c>--train</c> and <c>--test</c> may name files instead of generated data.</param>
    public CommandLine(string description, TrainerTable trainers, bool takesFiles = true)
    {
        _trainers = trainers;
        _trainer = new Option<string?>("--trainer")
        {
            HelpName = "NAME",
            Description = $"One of {string.Join(", ", trainers.Names)}.",
            DefaultValueFactory = _ => trainers.Names[0],
        };
        _command = new RootCommand(description) { _trainer, _set, _seed, _save, _load, _noBaseline };
        if (takesFiles)
        {
            _command.Options.Add(_train);
            _command.Options.Add(_test);
        }
    }

    /// <summary>The parsed arguments, or null after a request for help.</summary>
    /// <exception cref="UsageException">The arguments are wrong; the message describes the first error.</exception>
    public SampleArguments? Parse(IReadOnlyList<string> args)
    {
        // A value may begin with '@', which otherwise would name a file of further arguments.
        var result = _command.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (result.Errors.Count > 0)
        {
            throw Unknown(result) ?? new UsageException(result.Errors[0].Message);
        }
        if (result.Action is { } help)
        {
            result.Invoke();
            return null;
        }
        CheckTogether(result);
        return ToArguments(result);
    }

    private UsageException? Unknown(ParseResult result)
    {
        if (result.UnmatchedTokens.Count == 0)
        {
            return null;
        }
        var nearest = NearestNames.Of(result.UnmatchedTokens[0], _command.Options.Select(option => option.Name));
        return new UsageException($"There is no argument '{result.UnmatchedTokens[0]}'; the nearest are {string.Join(", ", nearest)}.");
    }

    private void CheckTogether(ParseResult result)
    {
        bool Given(Option option) => result.GetResult(option) is { Implicit: false };
        var unused = new Option[] { _train, _trainer, _set, _save, _noBaseline }.FirstOrDefault(Given);
        if (Given(_load) && unused is not null)
        {
            throw new UsageException($"--load scores without training; leave out {unused.Name}.");
        }
        if (!Given(_load) && Given(_train) != Given(_test))
        {
            throw new UsageException($"--train and --test belong together; {(Given(_train) ? "--test" : "--train")} is missing.");
        }
    }

    private SampleArguments ToArguments(ParseResult result) => new(
        result.GetValue(_train)?.FullName,
        result.GetValue(_test)?.FullName,
        _trainers.Find(result.GetValue(_trainer)!),
        result.GetValue(_set)!,
        (int)OptionValue.Parse("--seed", typeof(int), result.GetValue(_seed)!)!,
        Writable(result.GetValue(_save)),
        result.GetValue(_load)?.FullName,
        !result.GetValue(_noBaseline));

    private static Option<FileInfo?> ExistingFile(string name, string description)
    {
        var option = new Option<FileInfo?>(name) { HelpName = "F", Description = description };
        option.Validators.Add(result => CheckExists(name, result));
        return option;
    }

    private static void CheckExists(string name, OptionResult result)
    {
        if (result.Tokens is [var file] && !File.Exists(file.Value))
        {
            result.AddError($"{name}: there is no file '{file.Value}'.");
        }
    }

    // Checked before training, so that no training is lost.
    private static string? Writable(string? path) =>
        path is null || Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(path)))
            ? path
            : throw new UsageException($"--save: there is no folder for '{path}'.");
}
