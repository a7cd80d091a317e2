using System.CommandLine;
using Microsoft.ML.Extensions.Samples;
// Microsoft.ML has a namespace Command.
using CliCommand = System.CommandLine.Command;

namespace Microsoft.ML.Extensions.Tool;

/// <summary>The command line of the tool.</summary>
internal sealed class CommandLine
{
    private readonly TextWriter _output;
    private readonly TextWriter _errors;
    private readonly CancellationToken _cancellation;
    private readonly RootCommand _root = new("Trains, evaluates, uses and serves models of ML.NET from data files.");

    private readonly Option<string> _verbosity = new("--verbosity", "-v")
    {
        HelpName = "quiet|minimal|diagnostic",
        Description = "How much is shown: the results alone (quiet, q), also what the columns were taken for (minimal, m), or also the messages of ML.NET (diagnostic, diag).",
        Recursive = true,
        DefaultValueFactory = _ => "minimal",
    };

    private CommandLine(TextWriter output, TextWriter errors, CancellationToken cancellation)
    {
        (_output, _errors, _cancellation) = (output, errors, cancellation);
        _verbosity.AcceptOnlyFromAmong("quiet", "q", "minimal", "m", "diagnostic", "diag");
        _root.Options.Add(_verbosity);
        _root.Subcommands.Add(Train());
        _root.Subcommands.Add(Sweep());
        _root.Subcommands.Add(Evaluate());
        _root.Subcommands.Add(Predict());
        _root.Subcommands.Add(Info());
        _root.Subcommands.Add(Export());
        _root.Subcommands.Add(Serve());
    }

    private Screen Screen(ParseResult result) => new(_output, _errors, result.GetValue(_verbosity)![0] switch
    {
        'q' => Verbosity.Quiet,
        'd' => Verbosity.Diagnostic,
        _ => Verbosity.Minimal,
    });

    /// <summary>Runs a command. An error is one line on the error stream.</summary>
    /// <param name="args">The arguments of the process.</param>
    /// <param name="output">Where results are written.</param>
    /// <param name="errors">Where an error is written.</param>
    /// <param name="cancellation">Stops the command.</param>
    /// <returns>The exit code: 0, or 1 after an error.</returns>
    public static int Run(IReadOnlyList<string> args, TextWriter output, TextWriter errors, CancellationToken cancellation)
    {
        try
        {
            new CommandLine(output, errors, cancellation).Run(args);
            return 0;
        }
        catch (Exception error)
        {
            errors.WriteLine(ErrorLine.Of(error));
            return 1;
        }
    }

    private void Run(IReadOnlyList<string> args)
    {
        // A value may begin with '@', which otherwise would name a file of further arguments.
        var result = _root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (result.Errors.Count > 0)
        {
            throw Unknown(result) ?? new UsageException($"{result.Errors[0].Message} See mlx {Path(result)}--help.");
        }
        result.Invoke(new InvocationConfiguration { Output = _output, EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
    }

    private static string Path(ParseResult result) =>
        result.CommandResult.Command is RootCommand ? "" : $"{string.Join(' ', result.CommandResult.Command.Parents.OfType<CliCommand>()
            .Where(command => command is not RootCommand).Select(command => command.Name).Append(result.CommandResult.Command.Name))} ";

    private UsageException? Unknown(ParseResult result)
    {
        if (result.UnmatchedTokens.Count == 0)
        {
            return null;
        }
        var command = result.CommandResult.Command;
        var known = command.Options.Append(_verbosity).Select(option => option.Name).Concat(command.Subcommands.Select(sub => sub.Name));
        return new UsageException($"There is no '{result.UnmatchedTokens[0]}' in '{$"mlx {Path(result)}".Trim()}'; the nearest are "
            + $"{string.Join(", ", NearestNames.Of(result.UnmatchedTokens[0], known))}.");
    }

    private CliCommand Train()
    {
        var train = new CliCommand("train", "Trains a model, and writes it with a report and C# that trains, uses and evaluates the same.");
        Add(TaskName.Classification, "Predict one of several classes.");
        Add(TaskName.Regression, "Predict a number.");
        Add(TaskName.Forecasting, "Predict the next values of a series, whose rows are in time order.");
        Add(TaskName.Ranking, "Predict the order of the rows of a query.");
        return train;

        void Add(TaskName task, string description)
        {
            var options = new TrainOptions(task);
            var command = options.Command(description);
            command.SetAction(result => Done(() => new TrainCommand(options.Arguments(result), Screen(result), _cancellation).Run()));
            train.Subcommands.Add(command);
        }
    }

    private CliCommand Sweep()
    {
        var sweep = new CliCommand("sweep", "Searches the options of a trainer by cross-validation, and trains with the best.");
        foreach (var task in new[] { TaskName.Classification, TaskName.Regression })
        {
            var options = new TrainOptions(task);
            var trials = TrainOptions.Number("--trials", 20, "The number of trials; the first are the defaults.");
            var folds = TrainOptions.Number("--folds", 3, "The number of folds of the cross-validation.");
            var command = With(options.Command(task == TaskName.Classification ? "Predict one of several classes." : "Predict a number."), [trials, folds]);
            command.SetAction(result => Done(() => new SweepCommand(
                options.Arguments(result), TrainOptions.AtLeast(result, trials, 1), TrainOptions.AtLeast(result, folds, 2), Screen(result), _cancellation).Run()));
            sweep.Subcommands.Add(command);
        }
        return sweep;
    }

    private CliCommand Evaluate()
    {
        var (model, data) = (Model(), new DataOptions());
        data.Label.Description = "The label's name or index in this file, if it is called otherwise there.";
        var command = With(new CliCommand("evaluate", "Measures how good a model is on rows with a label."), [model, data.Label, .. data.OfModel]);
        command.SetAction(result => Done(() => new ModelCommands(result.GetValue(model)!, Screen(result))
            .Evaluate(result.GetValue(data.DataSet)!, data.Settings(result), result.GetValue(data.Label))));
        return command;
    }

    private CliCommand Predict()
    {
        var (model, data, to) = (Model(), new DataOptions(), To("The table of predictions. The default is the output of the command."));
        var command = With(new CliCommand("predict", "Predicts the rows of a file, or the values after the end of a series."), [model, to, .. data.OfModel]);
        command.SetAction(result => Done(() =>
        {
            var commands = new ModelCommands(result.GetValue(model)!, Screen(result));
            var (path, settings) = (result.GetValue(data.DataSet)!, data.Settings(result));
            if (result.GetValue(to) is not { } file)
            {
                commands.Predict(path, settings, _output);
                return;
            }
            using var text = new StringWriter();
            var count = commands.Predict(path, settings, text);
            File.WriteAllText(file, text.ToString());
            _output.WriteLine($"{count} predictions are in {file}.");
        }));
        return command;
    }

    private CliCommand Info()
    {
        var model = Model();
        var command = With(new CliCommand("info", "Says what a model is, and what it reads."), [model]);
        command.SetAction(result => Done(() => new ModelCommands(result.GetValue(model)!, Screen(result)).Info()));
        return command;
    }

    private CliCommand Export()
    {
        var (model, data, to) = (Model(), new DataOptions(), To("The file to write, .onnx."));
        to.Required = true;
        var command = With(new CliCommand("export", "Writes a model as ONNX."), [model, to, .. data.OfModel]);
        command.SetAction(result => Done(() => new ModelCommands(result.GetValue(model)!, Screen(result))
            .Export(result.GetValue(data.DataSet)!, data.Settings(result), result.GetValue(to)!)));
        return command;
    }

    private CliCommand Serve()
    {
        var model = Model();
        var host = new Option<string>("--host") { HelpName = "NAME", Description = "The name or address to listen on.", DefaultValueFactory = _ => "localhost" };
        var port = new Option<int>("--port", "-p") { HelpName = "N", Description = "The port, 0 to 65,535; 0 takes a free one.", DefaultValueFactory = _ => 5000 };
        var command = With(new CliCommand("serve", "Answers POST /predict over HTTP, with /health, /metrics and /openapi/v1.json."), [model, host, port]);
        command.SetAction(result => Done(() => Serve(result.GetValue(model)!, result.GetValue(host)!, result.GetValue(port), Screen(result)).GetAwaiter().GetResult()));
        return command;
    }

    private async Task Serve(string modelFile, string host, int port, Screen screen)
    {
        if (port is < 0 or > 65_535)
        {
            throw new UsageException($"--port is {port}; allowed is 0 to 65535.");
        }
        await using var server = await PredictionServer.Start(ModelStore.Load(screen.Context(1), modelFile, screen.NeedLibtorch), host, port);
        await _output.WriteLineAsync($"Listening on {server.Address}: POST /predict, GET /health, /metrics, /openapi/v1.json. Ctrl-C ends it.");
        await Task.Delay(Timeout.Infinite, _cancellation).ContinueWith(_ => { }, TaskScheduler.Default);
    }

    private static Option<string> Model() =>
        new("--model", "-m") { HelpName = "FILE", Description = "The .zip that 'mlx train' wrote.", Required = true };

    private static Option<string?> To(string description) => new("--output", "-o") { HelpName = "FILE", Description = description };

    private static CliCommand With(CliCommand command, IEnumerable<Option> options)
    {
        foreach (var option in options)
        {
            command.Options.Add(option);
        }
        return command;
    }

    private static int Done(Action action)
    {
        action();
        return 0;
    }
}
