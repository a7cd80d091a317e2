using System.Collections;
using System.Globalization;
using Microsoft.ML.Data;

namespace Microsoft.ML.Extensions.Samples;

/// <summary>The measurements of a sample, printed for people and scripts: one <c>name: value</c> per line.</summary>
public sealed class Figures : IEnumerable<KeyValuePair<string, double>>
{
    private readonly List<KeyValuePair<string, double>> _figures = [];

    /// <summary>The figures of a classifier, in the same order in every sample.</summary>
    /// <param name="metrics">The quality on test rows.</param>
    /// <param name="fitSeconds">The training time, 0 if nothing was trained.</param>
    /// <param name="rowsPerSecond">The speed of scoring.</param>
    public static Figures Of(MulticlassClassificationMetrics metrics, double fitSeconds, double rowsPerSecond) => new()
    {
        { "accuracy", metrics.MicroAccuracy },
        { "macro_accuracy", metrics.MacroAccuracy },
        { "log_loss", metrics.LogLoss },
        { "fit_seconds", fitSeconds },
        { "rows_per_second", rowsPerSecond },
    };

    /// <summary>The value of a figure.</summary>
    public double this[string name] => _figures.First(figure => figure.Key == name).Value;

    public void Add(string name, double value) => _figures.Add(new(name, value));

    public void Write(TextWriter output)
    {
        foreach (var (name, value) in _figures)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}: {value:0.######}"));
        }
    }

    public IEnumerator<KeyValuePair<string, double>> GetEnumerator() => _figures.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
