using System.Globalization;
using System.Net;

namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>What pages are written with.</summary>
internal static class Html
{
    public const string Style = """
        body { font: 15px/1.5 system-ui, sans-serif; margin: 2em auto; max-width: 70em; padding: 0 1em; color: #1b1b1f; background: #fff; }
        table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
        th, td { padding: .15em .9em; text-align: right; border-bottom: 1px solid #e3e3e8; }
        tr.chosen { font-weight: 600; background: #eef4ff; }
        svg { max-width: 100%; height: auto; }
        svg text { font: 11px system-ui, sans-serif; fill: #1b1b1f; }
        figure { display: inline-block; margin: 0 2em 2em 0; vertical-align: top; }
        figcaption { font-weight: 600; }

        """;

    /// <summary>A text in a page.</summary>
    public static string Text(string text) => WebUtility.HtmlEncode(text);

    /// <summary>Numbers with points, whatever the machine's language.</summary>
    public static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
