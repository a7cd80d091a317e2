using System.Globalization;
using System.Text;

namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>A table of a report.</summary>
internal static class ReportTable
{
    /// <summary>The table; the first column is of names.</summary>
    public static string Of(IReadOnlyList<string> head, IEnumerable<IReadOnlyList<string>> rows)
    {
        var html = new StringBuilder("<div class=\"wide\"><table>\n");
        html.Append("<tr>").AppendJoin("", head.Select(cell => $"<th>{Html.Text(cell)}</th>")).Append("</tr>\n");
        foreach (var row in rows)
        {
            html.Append("<tr>").AppendJoin("", row.Select(cell => $"<td>{Html.Text(cell)}</td>")).Append("</tr>\n");
        }
        return html.Append("</table></div>\n").ToString();
    }

    /// <summary>A number of a table; a dash where there is none.</summary>
    public static string Number(double value) => double.IsFinite(value) ? value.ToString("g4", CultureInfo.InvariantCulture) : "–";

    /// <summary>A count of a table.</summary>
    public static string Count(long value) => value.ToString("n0", CultureInfo.InvariantCulture);
}
