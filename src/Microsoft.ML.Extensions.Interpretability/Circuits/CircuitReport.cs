using System.Text;
using Microsoft.ML.Extensions.Persistence;

namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>
/// A circuit as one HTML page without scripts or other files: its graph (layers from bottom to top, edges by weight), a table of all heads,
/// and the attention of the selected heads on examples.
/// </summary>
public sealed class CircuitReport
{
    private const double MostNamedWays = 1_000;

    private readonly Circuit _circuit;
    private readonly CircuitReportOptions _options;
    private readonly List<(CircuitNode Head, float[] Pattern)> _patterns = [];
    private IReadOnlyList<string> _tokens = [];

    /// <param name="circuit">The circuit.</param>
    /// <param name="options">The options; null for the defaults.</param>
    /// <exception cref="ArgumentException">Options are not allowed; all are named.</exception>
    public CircuitReport(Circuit circuit, CircuitReportOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(circuit);
        (_circuit, _options) = (circuit, (options ?? new()).Validated());
    }

    /// <summary>Adds the attention of the circuit's best heads on an example.</summary>
    /// <param name="model">The model.</param>
    /// <param name="tokens">The example.</param>
    /// <param name="tokenizer">Gives the tokens' texts; null for their numbers.</param>
    /// <exception cref="ArgumentException">The example does not fit the model.</exception>
    public void AddExample(TransformerModel model, IReadOnlyList<int> tokens, TransformerTokenizer? tokenizer = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(tokens);
        // Patterns grow with the square of the length, so the example is truncated.
        var shown = tokens.Take(_options.PatternTokens).ToArray();
        var heads = _circuit.Heads.Where(head => head.Selected).Take(_options.Patterns).Select(head => head.Head).ToArray();
        using var cache = model.Run(new TokenBatch([shown]), heads.Select(head => new HookPoint(HookKind.Pattern, head.Layer)).Distinct());
        _patterns.Clear();
        foreach (var head in heads)
        {
            using var scope = TorchSharp.torch.NewDisposeScope();
            _patterns.Add((head, cache[HookKind.Pattern, head.Layer][0, head.Index].to_type(TorchSharp.torch.ScalarType.Float32).cpu()
                .contiguous().data<float>().ToArray()));
        }
        _tokens = [.. shown.Select(token => tokenizer?.Decode([token]) is { Length: > 0 } text ? text : $"{token}")];
    }

    /// <summary>The page.</summary>
    public string ToHtml()
    {
        var page = new StringBuilder();
        page.Append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
        page.Append($"<title>{Html.Text(_options.Title)}</title>\n<style>\n{Html.Style}</style>\n</head>\n<body>\n<h1>{Html.Text(_options.Title)}</h1>\n");
        page.Append(Summary());
        page.Append("<h2>Graph</h2>\n").Append(new CircuitGraph(_circuit, _options.Edges).ToSvg());
        page.Append("<h2>Heads</h2>\n").Append(Table());
        if (_patterns.Count > 0)
        {
            page.Append("<h2>Attention of the chosen heads</h2>\n<p>Rows look, columns are looked at.</p>\n");
            foreach (var (head, pattern) in _patterns)
            {
                page.Append(AttentionPicture.ToHtml($"{head}", _tokens, pattern));
            }
        }
        return page.Append("</body>\n</html>\n").ToString();
    }

    /// <summary>Writes the page, completely or not at all.</summary>
    /// <param name="file">The file.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It cannot be written.</exception>
    public void Save(string file)
    {
        ArgumentException.ThrowIfNullOrEmpty(file);
        AtomicFile.Write(file, Encoding.UTF8.GetBytes(ToHtml()));
    }

    private string Summary()
    {
        var selected = _circuit.Heads.Count(head => head.Selected);
        var examples = _circuit.IsHeldOut switch
        {
            true => "held-out examples",
            false => "examples that it was found on",
            null =>
            "examples"
        };
        var summary = new StringBuilder(
            Html.Invariant($"<p>{selected} of {_circuit.Heads.Count} heads reach the threshold of {_circuit.Threshold:G4}.</p>\n"));
        if (_circuit.Effect is { } effect)
        {
            summary.Append(Html.Invariant(
                $"<p>What the circuit does: without {Heads(selected)} the targets change by {effect.Change:G4}, and by {effect.RandomChange:G4} without as many drawn at random, on {effect.Examples} {examples}. Random ones do as much with probability {effect.Probability:G3}{Itself(selected)}.</p>\n"));
        }
        if (!double.IsNaN(_circuit.HeldOutAuc))
        {
            var test = double.IsNaN(_circuit.PValue) ? ""
                : Html.Invariant($"; permuted labels do as well with probability {_circuit.PValue:G3}");
            summary.Append(Html.Invariant(
                $"<p>What the labels say: by their codes alone these heads tell positive and negative {examples} apart with an area under the ROC curve of {_circuit.HeldOutAuc:F3}, .5 being chance{test}. Heads that do the same work in both kinds of examples are at chance here and matter none the less.</p>\n"));
        }
        return summary.ToString();
    }

    private static string Heads(int count) => count == 1 ? "its head" : $"its {count} heads";

    // In a small model random circuits are often this one, and the probability cannot be small.
    private string Itself(int selected)
    {
        var ways = 1.0;
        for (var i = 0; i < selected; i++)
        {
            ways = ways * (_circuit.Heads.Count - i) / (i + 1);
        }
        return ways < MostNamedWays ? Html.Invariant($"; one in {Math.Round(ways)} is the circuit itself") : "";
    }

    private string Table()
    {
        var table = new StringBuilder("<table>\n<tr><th>head</th><th>score</th><th>contrast, bits</th><th>chosen</th></tr>\n");
        foreach (var head in _circuit.Heads)
        {
            table.Append(Html.Invariant(
                $"<tr{(head.Selected ? " class=\"chosen\"" : "")}><td>{head.Head}</td><td>{head.Score:G4}</td><td>{head.Contrast:F4}</td><td>{(head.Selected ? "yes" : "")}</td></tr>\n"));
        }
        return table.Append("</table>\n").ToString();
    }
}
