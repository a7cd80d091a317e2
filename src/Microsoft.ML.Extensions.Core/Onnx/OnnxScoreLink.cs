using Microsoft.ML.Extensions.Numerics;

namespace Microsoft.ML.Extensions.Onnx;

/// <summary><see cref="ScoreLink"/> in ONNX, in double precision.</summary>
internal static class OnnxScoreLink
{
    // Beyond this, 1 + exp(x) rounds to 1 or to exp(x).
    private const double Far = 36;

    /// <summary>The logits of scores <c>[N, outputs]</c>.</summary>
    public static OnnxValue Apply(OnnxGraph graph, OnnxValue scores, int outputs, ScoreLink link)
    {
        OnnxValue Number(double value) => graph.Constant([value]);
        OnnxValue OfShare(OnnxValue score) => LogSoftplus(graph, graph.Over(score, Number(link.Width)));
        OnnxValue Half(OnnxValue sum) => graph.Times(sum, Number(0.5));
        var logits = link.Width == 0 ? scores
            : outputs > 1 ? OfShare(scores)
            : graph.Minus(OfShare(Half(graph.Plus(Number(1), scores))), OfShare(Half(graph.Minus(Number(1), scores))));
        return graph.Times(logits, Number(link.Factor));
    }

    // As in ScoreLink: Kahan's log1p.
    private static OnnxValue LogSoftplus(OnnxGraph graph, OnnxValue x)
    {
        OnnxValue one = graph.Constant([1.0]), far = graph.Constant([Far]);
        var power = graph.Op("Exp", [graph.Op("Min", [x, far])]);
        var sum = graph.Plus(one, power);
        var logarithm = graph.Over(graph.Times(graph.Op("Log", [sum]), power), graph.Minus(sum, one));
        var near = graph.Op("Where", [graph.Op("Equal", [sum, one]), power, logarithm]);
        var softplus = graph.Op("Where", [graph.Op("Greater", [x, far]), x, near]);
        return graph.Op("Where", [graph.Op("Less", [x, graph.Constant([-Far])]), x, graph.Op("Log", [softplus])]);
    }
}
