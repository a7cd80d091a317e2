using System.Globalization;
using System.Text;

namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>How a method did on a known circuit.</summary>
/// <param name="Method">Its name.</param>
/// <param name="NodeAuc">Area under the ROC curve over all heads, .5 for chance; equal scores count half. Null where all heads are true, or none.</param>
/// <param name="EdgeAuc">The same over the edges that the method scores; null where it scores none, or all of them are true, or none.</param>
/// <param name="Seconds">Time taken.</param>
/// <param name="Scores">What it said.</param>
public sealed record CircuitComparison(string Method, double? NodeAuc, double? EdgeAuc, double Seconds, CircuitScores Scores)
{
    /// <summary>Comparisons as a Markdown table.</summary>
    public static string Table(IEnumerable<CircuitComparison> comparisons)
    {
        ArgumentNullException.ThrowIfNull(comparisons);
        var table = new StringBuilder("| method | node AUC | edge AUC | s |\n| --- | --- | --- | --- |\n");
        foreach (var comparison in comparisons)
        {
            table.Append(CultureInfo.InvariantCulture, $"| {comparison.Method} | {Shown(comparison.NodeAuc)} | {Shown(comparison.EdgeAuc)} | {comparison.Seconds:F2} |\n");
        }
        return table.ToString();
    }

    internal static CircuitComparison Of(CircuitMethod method, CircuitScores scores, CircuitTruth truth, double seconds) => new(
        method.Name,
        Auc(scores.Heads, truth.Heads),
        truth.Edges is null ? null : Auc(scores.Edges, truth.Edges),
        seconds, scores);

    private static double? Auc<T>(IReadOnlyDictionary<T, double> scores, IReadOnlySet<T> truth)
    {
        bool[] isTrue = [.. scores.Keys.Select(truth.Contains)];
        return isTrue.Contains(true) && isTrue.Contains(false) ? RankingScores.AreaUnderRoc([.. scores.Values], isTrue) : null;
    }

    private static string Shown(double? auc) => auc?.ToString("F3", CultureInfo.InvariantCulture) ?? "-";
}
