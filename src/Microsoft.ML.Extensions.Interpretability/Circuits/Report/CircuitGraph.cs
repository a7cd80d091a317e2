using System.Text;

namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>A circuit's graph as SVG: the input below, each layer's heads in a row with its MLP at the right, the output above.</summary>
internal sealed class CircuitGraph
{
    private const int CellWidth = 64;
    private const int CellHeight = 74;
    private const int Left = 60;
    private const int Radius = 9;

    private readonly Circuit _circuit;
    private readonly int _edges;
    private readonly Dictionary<CircuitNode, CircuitHead> _heads;
    private readonly bool _hasMlp;

    public CircuitGraph(Circuit circuit, int edges)
    {
        (_circuit, _edges) = (circuit, edges);
        _heads = circuit.Heads.ToDictionary(head => head.Head);
        _hasMlp = circuit.Config.MlpWidth > 0;
    }

    private int Columns => _circuit.Config.Heads + (_hasMlp ? 1 : 0);

    private int Width => Left + (Columns * CellWidth);

    private int Height => (_circuit.Config.Layers + 2) * CellHeight;

    public string ToSvg()
    {
        var svg = new StringBuilder(
            Html.Invariant($"<svg viewBox=\"0 0 {Width} {Height}\" width=\"{Width}\" height=\"{Height}\" role=\"img\" aria-label=\"Graph of the circuit\">\n"));
        var edges = _circuit.Edges().Take(_edges).Where(edge => edge.Value > 0).ToArray();
        var most = edges.Select(edge => edge.Value).DefaultIfEmpty(1).Max();
        foreach (var (edge, weight) in Enumerable.Reverse(edges))
        {
            svg.Append(Line(edge, weight, weight / most));
        }
        foreach (var node in Nodes())
        {
            svg.Append(Circle(node));
        }
        for (var layer = 0; layer < _circuit.Config.Layers; layer++)
        {
            svg.Append(Html.Invariant($"<text x=\"4\" y=\"{Place(CircuitNode.Head(layer, 0)).Y + 4}\">layer {layer}</text>\n"));
        }
        return svg.Append("</svg>\n").ToString();
    }

    private IEnumerable<CircuitNode> Nodes()
    {
        yield return CircuitNode.Input;
        for (var layer = 0; layer < _circuit.Config.Layers; layer++)
        {
            for (var head = 0; head < _circuit.Config.Heads; head++)
            {
                yield return CircuitNode.Head(layer, head);
            }
            if (_hasMlp)
            {
                yield return CircuitNode.Mlp(layer);
            }
        }
        yield return CircuitNode.Output;
    }

    private string Line(CircuitEdge edge, double weight, double part)
    {
        var ((fromX, fromY), (toX, toY)) = (Place(edge.Source), Place(edge.Target));
        return Html.Invariant(
            $"<path d=\"M{fromX} {fromY} C{fromX} {(fromY + toY) / 2} {toX} {(fromY + toY) / 2} {toX} {toY}\" fill=\"none\" stroke=\"#2f6fdd\" stroke-width=\"{0.5 + (4 * part):F2}\" stroke-opacity=\"{0.15 + (0.7 * part):F2}\"><title>{Html.Text($"{edge}")}: {weight:G4}</title></path>\n");
    }

    private string Circle(CircuitNode node)
    {
        var (x, y) = Place(node);
        var (fill, title) = _heads.TryGetValue(node, out var head)
            ? (head.Selected ? "#e4572e" : "#d9d9df", Html.Invariant($"{node}: {head.Score:G4}"))
            : ("#8a8a94", $"{node}");
        var label = node.Part == CircuitPart.Head ? $"{node.Layer}.{node.Index}" : $"{node}";
        return Html.Invariant(
            $"<circle cx=\"{x}\" cy=\"{y}\" r=\"{Radius}\" fill=\"{fill}\"><title>{Html.Text(title)}</title></circle>\n<text x=\"{x}\" y=\"{y - Radius - 3}\" text-anchor=\"middle\">{label}</text>\n");
    }

    private (int X, int Y) Place(CircuitNode node)
    {
        int Row(int row) => Height - (CellHeight / 2) - (row * CellHeight);
        var middle = Left + (Columns * CellWidth / 2);
        return node.Part switch
        {
            CircuitPart.Input => (middle, Row(0)),
            CircuitPart.Output => (middle, Row(_circuit.Config.Layers + 1)),
            CircuitPart.Mlp => (Left + (_circuit.Config.Heads * CellWidth) + (CellWidth / 2), Row(node.Layer + 1) - (CellHeight / 4)),
            _ => (Left + (node.Index * CellWidth) + (CellWidth / 2), Row(node.Layer + 1)),
        };
    }
}
