using System.Globalization;
using Spectre.Console;

namespace Microsoft.ML.Extensions.Samples;

/// <summary>A table of trainers side by side.</summary>
public sealed class Comparison
{
    private readonly Table _table = new Table().AddColumns("trainer", "accuracy", "seconds");

    /// <summary>Adds a trainer with its <c>accuracy</c> and <c>fit_seconds</c>.</summary>
    public void Add(string trainer, Figures figures) => _table.AddRow(
        Markup.Escape(trainer),
        figures["accuracy"].ToString("0.0000", CultureInfo.InvariantCulture),
        figures["fit_seconds"].ToString("0.0", CultureInfo.InvariantCulture));

    public void Show() => AnsiConsole.Write(_table);
}
