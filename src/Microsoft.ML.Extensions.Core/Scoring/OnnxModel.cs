using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Onnx;
using Microsoft.ML.Extensions.Tasks;
using Microsoft.ML.Model.OnnxConverter;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Scoring;

/// <summary>A trained model as operators of the file that ML.NET's ONNX converter writes.</summary>
internal static class OnnxModel
{
    /// <summary>Writes the score columns of a model.</summary>
    /// <exception cref="NotSupportedException">It has no ONNX form; the message is the reason, as a sentence without its end.</exception>
    public static void Write(OnnxContext context, Network network, ModelDescription description, TaskHead head)
    {
        var form = IOnnxForm.Of(network);
        var input = description.Input;
        using var scope = NewDisposeScope();
        var graph = new OnnxModelGraph(context, description.Outputs.Score);
        var rows = Rows(graph, graph.Column(input.Name), input, description.Missing);
        var scores = form.ToOnnx(graph, rows);
        var outputs = head.ToOnnx(graph, input.Kind == InputKind.Tokens ? scores : graph.Plus(scores, NoScore(graph, rows)));
        foreach (var (column, value) in head.Columns(description.Outputs).Zip(outputs))
        {
            graph.AddColumn(column.Name, column.Type, value);
        }
    }

    // NaN for a row with NaN or an infinity, which comparisons and limits inside a network would turn into numbers; 0 for all others, [N, 1].
    private static OnnxValue NoScore(OnnxGraph graph, OnnxValue rows) =>
        graph.Sum(graph.Sum(graph.Minus(rows, rows), keep: false, 2), keep: true, 1);

    // The converter gives a column of unknown length one axis.
    private static OnnxValue Rows(OnnxGraph graph, OnnxValue column, InputColumn input, MissingValues missing)
    {
        if (input.Kind == InputKind.Tokens)
        {
            return graph.Reshape(graph.Cast(column, OnnxType.Int64), 0, -1);
        }
        var rows = graph.Reshape(column, 0, -1, input.Channels);
        return missing switch
        {
            MissingValues.Zero => graph.Op("Where", [graph.Op("IsNaN", [rows]), graph.Number(0), rows]),
            MissingValues.ForwardFill => Filled(graph, Filled(graph, rows, float.NaN, reverse: false, input.Channels), 0, reverse: true, input.Channels),
            _ => rows,
        };
    }

    // Each NaN becomes the value before it, in the order of the scan.
    private static OnnxValue Filled(OnnxGraph graph, OnnxValue rows, float first, bool reverse, int channels) => graph.Scan(
        [graph.Plus(graph.ZerosFor(rows, channels), graph.Constant([first]))], [rows], reverse, (step, last, value) =>
        {
            var next = step.Op("Where", [step.Op("IsNaN", [value[0]]), last[0], value[0]]);
            return ([next], [next]);
        }).Outputs[0];
}
