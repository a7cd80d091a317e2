using System.Globalization;
using Microsoft.ML.Extensions.Samples;
using Spectre.Console;

namespace Microsoft.ML.Extensions.Tool;

/// <summary>What a command shows.</summary>
/// <param name="output">Where it is written.</param>
/// <param name="errors">Where messages of ML.NET are written.</param>
/// <param name="verbosity">How much it is.</param>
internal sealed class Screen(TextWriter output, TextWriter errors, Verbosity verbosity = Verbosity.Minimal)
{
    // Of a pipe or file, which has none: tables are not cut.
    private const int WidthOfFile = 160;
    private const int LongestCell = 32;

    private readonly IAnsiConsole _results = Create(output);
    private readonly IAnsiConsole _console = Create(verbosity == Verbosity.Quiet ? TextWriter.Null : output);

    /// <summary>A context, whose messages are shown where all is.</summary>
    /// <param name="seed">Its seed.</param>
    public MLContext Context(int seed)
    {
        var ml = new MLContext(seed);
        if (verbosity == Verbosity.Diagnostic)
        {
            ml.Log += (_, message) => errors.WriteLine(message.Message);
        }
        return ml;
    }

    /// <summary>Loads libtorch, and says so where it has to be fetched first.</summary>
    public void NeedLibtorch() => LibtorchPackage.Load(errors.WriteLine);

    /// <summary>Runs a fit, and shows a bar meanwhile on a terminal.</summary>
    public T During<T>(ProgressBar progress, Func<T> fit) => verbosity == Verbosity.Quiet ? fit() : progress.During(fit);

    /// <summary>Writes a line, which is no result.</summary>
    public void Line(string text) => _console.WriteLine(text);

    /// <summary>Writes a result in words.</summary>
    public void Result(string text) => output.WriteLine(text);

    /// <summary>Writes figures, one <c>name: value</c> per line.</summary>
    public void Figures(IEnumerable<KeyValuePair<string, double>> figures)
    {
        foreach (var (name, value) in figures)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}: {value:0.######}"));
        }
    }

    /// <summary>Shows the columns of a file, and what they were taken for.</summary>
    public void Columns(DataSet data)
    {
        Line($"{data.Path}: {data.Rows} rows{(data.WithoutLabel > 0 ? $"; {data.WithoutLabel} more have no label and are left out" : "")}");
        var table = new Table().AddColumns("", "column", "taken for", "missing", "different", "first value");
        foreach (var column in data.Columns)
        {
            table.AddRow(
                $"{column.Index}", Markup.Escape(column.Name), Describe(column), $"{column.Missing}", column.Distinct is { } count ? $"{count}" : "many",
                Markup.Escape(Short(column.Example)));
        }
        _console.Write(table);
    }

    /// <summary>Writes the columns that a model reads, a result.</summary>
    public void Columns(IReadOnlyList<ModelColumn> columns)
    {
        var table = new Table().AddColumns("column", "is read as", "values");
        foreach (var column in columns)
        {
            table.AddRow(Markup.Escape(column.Name), column.Kind.ToString().ToLowerInvariant(), column.IsText ? "text" : "numbers");
        }
        _results.Write(table);
    }

    /// <summary>Shows the trainers that were tried.</summary>
    public void Trials(IReadOnlyList<Trial> trials)
    {
        var metric = trials.First(trial => trial.Evaluation is not null).Evaluation!.Primary.Key;
        var table = new Table().AddColumns("trainer", $"{metric} on validation rows", "seconds");
        foreach (var trial in trials)
        {
            table.AddRow(Markup.Escape(trial.Name), trial.Evaluation is { } found ? Number(found.Primary.Value) : Markup.Escape(trial.Note), $"{trial.FitSeconds:0.0}");
        }
        _console.Write(table);
    }

    /// <summary>Shows how many rows of each class were predicted to be of each.</summary>
    public void Confusion(Evaluation evaluation)
    {
        const int most = 12;
        if (evaluation.Classes.Count is 0 or > most)
        {
            return;
        }
        var table = new Table().AddColumns(["class \\ predicted", .. evaluation.Classes.Select(name => Markup.Escape(Short(name)))]);
        foreach (var (name, counts) in evaluation.Classes.Zip(evaluation.Confusion))
        {
            table.AddRow([Markup.Escape(Short(name)), .. counts.Select(count => $"{count:0}")]);
        }
        _console.Write(table);
    }

    /// <summary>What a column was taken for, in words.</summary>
    public static string Describe(ColumnInfo column) => column.Kind switch
    {
        ColumnKind.Date => "date, not used",
        ColumnKind.Name => "name, not used",
        ColumnKind.Empty => "empty, not used",
        ColumnKind.Ignored => "not used",
        ColumnKind.Label => column.IsText ? "label (classes)" : "label (numbers)",
        _ => column.Kind.ToString().ToLowerInvariant(),
    };

    /// <summary>A number in four digits after the point.</summary>
    public static string Number(double value) => value.ToString("0.0000", CultureInfo.InvariantCulture);

    private static string Short(string text) => text.Length <= LongestCell ? text.ReplaceLineEndings(" ") : text[..LongestCell].ReplaceLineEndings(" ") + "…";

    private static IAnsiConsole Create(TextWriter output)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output) });
        if (!console.Profile.Out.IsTerminal)
        {
            console.Profile.Width = WidthOfFile;
        }
        return console;
    }
}
