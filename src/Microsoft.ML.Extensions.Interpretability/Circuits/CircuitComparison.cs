using System.Globalization;
using System.Text;

namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>The result of a method on a known circuit.</summary>
/// <param name="Method">Its name.</param>
/// <param name="NodeAuc">
/// Area under the ROC curve over all heads, .5 for chance; equal scores count half. Null where all heads are true, or none.
/// </param>
/// <param name="EdgeAuc">
/// The same over the edges that the method scores; null where it scores none, or all of them are true, or none.
/// </param>
/// <param name="Seconds">Time taken.</param>
/// <param name="Scores">Its scores.</param>
public sealed record CircuitComparison(string Method, double? NodeAuc, double? EdgeAuc, double Seconds, CircuitScores Scores)
{
    /// <summary>Comparisons as a Markdown table.</summary>
    public static string Table(IEnumerable<CircuitComparison> comparisons)
    {
        ArgumentNullException.ThrowIfNull(comparisons);
        var table = new StringBuilder("| method | node AUC | edge AUC | s |\n| --- | --- | --- | --- |\n");
        foreach (var comparison in comparisons)
        {
            table.Append(CultureInfo.InvariantCulture,
                $"| {comparison.Method} | {Shown(comparison.NodeAuc)} | {Shown(comparison.EdgeAuc)} | {comparison.Seconds:F2} |\n");
        }
        return table.ToString();
    }

    internal static CircuitComparison Of(CircuitMethod method, CircuitScores scores, CircuitTruth truth, double seconds)
    {
        var (nodeAuc, edgeAuc) = scores.Against(truth);
        return new(method.Name, nodeAuc, edgeAuc, seconds, scores);
    }

    private static string Shown(double? auc) => auc?.ToString("F3", CultureInfo.InvariantCulture) ?? "-";
}
