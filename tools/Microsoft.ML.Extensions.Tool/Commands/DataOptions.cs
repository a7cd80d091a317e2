using System.CommandLine;
using Microsoft.ML.Extensions.Samples;

namespace Microsoft.ML.Extensions.Tool;

/// <summary>The options that say how a data file is read, the same in all commands and named as those of <c>mlnet</c>.</summary>
internal sealed class DataOptions
{
    public Option<string> DataSet { get; } = new("--dataset", "-d")
    {
        HelpName = "FILE",
        Description = "The data: .csv, .tsv or .txt with separators, .parquet, .arff, or .ts (series).",
        Required = true,
    };

    public Option<string?> Label { get; } = new("--label-col") { HelpName = "NAME", Description = "The label, by name or index from 0. The default is the last column." };

    public Option<bool> HasHeader { get; } = new("--has-header")
    {
        HelpName = "true|false",
        Description = "Whether the first row has the names of the columns; without, they are col0, col1, ...",
        DefaultValueFactory = _ => true,
    };

    public Option<string?> Separator { get; } = new("--separator")
    {
        HelpName = "NAME",
        Description = "What separates cells: comma, semicolon, tab, bar or space. The default finds it in the first rows.",
    };

    public Option<bool> DecimalComma { get; } = new("--decimal-comma") { Description = "Numbers are written with a decimal comma: 12,5." };

    public Option<string[]> Ignored { get; } = new("--ignore-cols")
    {
        HelpName = "NAMES",
        Description = "Columns that are not used, by name or index from 0, with blanks between.",
        AllowMultipleArgumentsPerToken = true,
        DefaultValueFactory = _ => [],
    };

    public Option<string[]> AsText { get; } = new("--text-cols")
    {
        HelpName = "NAMES",
        Description = "Columns whose numbers are names of categories.",
        AllowMultipleArgumentsPerToken = true,
        DefaultValueFactory = _ => [],
    };

    /// <summary>How to read, for a model that knows its columns.</summary>
    public IEnumerable<Option> OfModel => [DataSet, HasHeader, Separator, DecimalComma];

    /// <summary>How to read, and which columns.</summary>
    public IEnumerable<Option> OfTraining => [DataSet, Label, HasHeader, Separator, DecimalComma, Ignored, AsText];

    /// <summary>The settings that were parsed.</summary>
    /// <exception cref="UsageException">The separator is none.</exception>
    public ReadSettings Settings(ParseResult result) => new()
    {
        HasHeader = result.GetValue(HasHeader),
        Separator = Separators.Named(result.GetValue(Separator)),
        DecimalComma = result.GetValue(DecimalComma),
        Ignored = result.GetValue(Ignored) ?? [],
        AsText = result.GetValue(AsText) ?? [],
    };
}
