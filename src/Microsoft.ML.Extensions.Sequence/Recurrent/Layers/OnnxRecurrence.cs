using Microsoft.ML.Extensions.Onnx;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The cells with full matrices in ONNX: its own RNN, LSTM and GRU, and Jordan's as a scan.</summary>
internal static class OnnxRecurrence
{
    private static readonly OnnxValue s_none = new("");

    // The gates of the package at the places where ONNX has them.
    private static readonly int[] s_lstmGates = [0, 3, 1, 2], s_gruGates = [1, 0, 2], s_peepholes = [0, 2, 1];

    /// <summary>Steps <c>[N, T, D]</c> to <c>[N, T, H]</c>.</summary>
    public static OnnxValue Write(OnnxGraph graph, OnnxValue steps, RecurrentWeights weights, RecurrentLayerOptions options)
    {
        using var scope = NewDisposeScope();
        var activation = options.Activation == RecurrentActivation.Relu ? "Relu" : "Tanh";
        return options.Cell switch
        {
            RecurrentCell.Jordan => Jordan(graph, steps, weights, options, activation),
            RecurrentCell.Lstm when weights.Peepholes is { } peepholes => Own(graph, "LSTM", steps, weights, options, s_lstmGates, zeros_like(weights.Bias),
                [graph.Constant(Ordered(peepholes.flatten(), s_peepholes).unsqueeze(0))], states: 2),
            RecurrentCell.Lstm => Own(graph, "LSTM", steps, weights, options, s_lstmGates, zeros_like(weights.Bias), [], states: 2),
            RecurrentCell.Gru => Own(graph, "GRU", steps, weights, options, s_gruGates,
                cat([zeros_like(weights.Bias).narrow(0, 0, 2L * weights.Channels), weights.CandidateBias!]), [], states: 1, ("linear_before_reset", 1L)),
            _ => Own(graph, "RNN", steps, weights, options, [0], zeros_like(weights.Bias), [], states: 1, ("activations", new[] { activation })),
        };
    }

    private static OnnxValue Own(
        OnnxGraph graph, string type, OnnxValue steps, RecurrentWeights weights, RecurrentLayerOptions options, int[] gates, Tensor stateBias,
        OnnxValue[] peepholes, int states, params (string Name, object Value)[] attributes)
    {
        var biases = cat([Ordered(weights.Bias, gates), Ordered(stateBias, gates)]);
        var stream = graph.Stream;
        var initial = Enumerable.Range(0, states)
            .Select(_ => stream is null ? s_none : graph.Unsqueeze(stream.Read(new OnnxState(0, weights.Channels), OnnxType.Single), 0)).ToArray();
        OnnxValue[] inputs =
        [
            graph.Transpose(steps, 1, 0, 2), graph.Constant(Ordered(weights.Input, gates).unsqueeze(0)),
            graph.Constant(Ordered(weights.Recurrent, gates).unsqueeze(0)), graph.Constant(biases.unsqueeze(0)), s_none, .. initial, .. peepholes,
        ];
        var outputs = graph.Ops(type, stream is null ? 1 : 1 + states, inputs,
            [("hidden_size", (long)weights.Channels), ("direction", options.Reverse ? "reverse" : "forward"), .. attributes]);
        foreach (var last in outputs[1..])
        {
            stream!.Write(graph.Squeeze(last, 0));
        }
        return graph.Transpose(graph.Squeeze(outputs[0], 1), 1, 0, 2);
    }

    private static OnnxValue Jordan(OnnxGraph graph, OnnxValue steps, RecurrentWeights weights, RecurrentLayerOptions options, string activation) => graph.Scan(
        [new OnnxState(0, weights.Channels)], [graph.Linear(steps, weights.Input, weights.Bias)], options.Reverse, (step, output, x) =>
        {
            var hidden = step.Op(activation, [step.Plus(x[0], step.Linear(output[0], weights.Recurrent))]);
            var next = step.Op(activation, [step.Linear(hidden, weights.Output!, weights.OutputBias)]);
            return ([next], [next]);
        }).Outputs[0];

    private static Tensor Ordered(Tensor stacked, int[] gates)
    {
        var parts = stacked.detach().chunk(gates.Length, 0);
        return cat(gates.Select(gate => parts[gate]).ToArray());
    }
}
