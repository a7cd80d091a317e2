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
    public static void Write(OnnxContext context, Network network, ModelDescription description, BoundInput input, TaskHead head)
    {
        var form = IOnnxForm.Of(network);
        using var scope = NewDisposeScope();
        var graph = new OnnxModelGraph(context, description.Outputs.Score);
        var rows = input.ToOnnx?.Invoke(graph) ?? Rows(graph, graph.Column(description.Input.Name), description.Input);
        AddScores(graph, Outputs(graph, form, rows, description, IBounded.RangeOf(network)), description, head);
    }

    /// <summary>Writes the score columns after further steps of streams, and the columns of their states.</summary>
    /// <inheritdoc cref="Write"/>
    public static void WriteSteps(OnnxContext context, Network network, ModelDescription description, TaskHead head, OnnxStateColumns states)
    {
        var form = IOnnxForm.Of(network);
        using var scope = NewDisposeScope();
        var graph = new OnnxModelGraph(context, description.Outputs.Score);
        var steps = Rows(graph, graph.Column(description.Input.Name), description.Input);
        var state = graph.Column(states.State);
        var past = states.PastWidth == 0 ? state : graph.Reshape(graph.Column(states.Past), 0, -1, states.PastWidth);
        var stream = graph.BeginStream(steps, state, past);
        var outputs = Outputs(graph, form, steps, description, IBounded.RangeOf(network));
        AddScores(graph, outputs, description, head);
        // A step that has no score leaves the state as it was.
        var next = outputs.NoScore is { } noScore ? graph.Op("Where", [graph.Op("IsNaN", [noScore]), state, stream.Next]) : stream.Next;
        graph.AddColumn(states.State, states.StateType, next);
        if (states.PastWidth > 0)
        {
            graph.AddColumn(states.Past, states.PastType, stream.NextPast);
        }
    }

    /// <summary>The sizes of a stream's states: the numbers of a constant size, and those that each step adds.</summary>
    /// <inheritdoc cref="Write"/>
    public static (long Width, long PastWidth) StateSizes(Network network, ModelDescription description)
    {
        var form = IOnnxForm.Of(network);
        using var scope = NewDisposeScope();
        var graph = new OnnxBody("sizes", OnnxType.Single);
        var (steps, state, past) = graph.Inputs(3) switch { var inputs => (inputs[0], inputs[1], inputs[2]) };
        var stream = graph.BeginStream(steps, state, past);
        Outputs(graph, form, steps, description, IBounded.RangeOf(network));
        return (stream.Width, stream.PastWidth);
    }

    private static (OnnxValue Outputs, OnnxValue? NoScore) Outputs(
        OnnxGraph graph, IOnnxForm form, OnnxValue rows, ModelDescription description, InputRange? range)
    {
        if (description.Input.Kind == InputKind.Tokens)
        {
            return (form.ToOnnx(graph, rows), null);
        }
        rows = WithoutMissing(graph, rows, description, range);
        var noScore = NoScore(graph, rows);
        return (graph.Plus(form.ToOnnx(graph, rows), noScore), noScore);
    }

    private static void AddScores(
        OnnxModelGraph graph, (OnnxValue Outputs, OnnxValue? NoScore) rows, ModelDescription description, TaskHead head)
    {
        foreach (var (column, value) in head.Columns(description.Outputs).Zip(head.ToOnnx(graph, rows.Outputs)))
        {
            graph.AddColumn(column.Name, column.Type, value);
        }
    }

    // NaN for a row with NaN or an infinity, which comparisons and limits inside a network would turn into numbers; 0 for all others, [N, 1].
    private static OnnxValue NoScore(OnnxGraph graph, OnnxValue rows) =>
        graph.Sum(graph.Sum(graph.Minus(rows, rows), keep: false, 2), keep: true, 1);

    // The converter gives a column of unknown length one axis.
    private static OnnxValue Rows(OnnxGraph graph, OnnxValue column, InputColumn input) => input.Kind == InputKind.Tokens
        ? graph.Reshape(graph.Cast(column, OnnxType.Int64), 0, -1)
        : graph.Reshape(column, 0, -1, input.Channels);

    private static OnnxValue WithoutMissing(OnnxGraph graph, OnnxValue rows, ModelDescription description, InputRange? range)
    {
        var channels = description.Input.Channels;
        switch (description.Missing)
        {
            case MissingValues.Zero:
                return graph.Op("Where", [graph.Op("IsNaN", [rows]), graph.Number(0), rows]);
            case MissingValues.ForwardFill when graph.Stream is not null:
                // What comes later in a stream fills no missing value.
                return Filled(graph, rows, 0, reverse: false, channels);
            case MissingValues.ForwardFill:
                var filled = Filled(graph, Filled(graph, rows, float.NaN, reverse: false, channels), float.NaN, reverse: true, channels);
                var none = Enumerable.Range(0, channels).Select(channel => range?.Needs(channel) == true ? float.NaN : 0).ToArray();
                return graph.Op("Where", [graph.Op("IsNaN", [filled]), graph.Constant(none, channels), filled]);
            default:
                return rows;
        }
    }

    // Each NaN becomes the value before it, in the order of the scan.
    private static OnnxValue Filled(OnnxGraph graph, OnnxValue rows, float first, bool reverse, int channels) => graph.Scan(
        [new OnnxState(first, channels)], [rows], reverse, (step, last, value) =>
        {
            var next = step.Op("Where", [step.Op("IsNaN", [value[0]]), last[0], value[0]]);
            return ([next], [next]);
        }).Outputs[0];
}
