using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Onnx;
using Microsoft.ML.Extensions.Torch;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>
/// A stack of recurrent layers made from a graph with one channel per node (Darji 2021, arXiv 2407.20601, chapter on random structures):
/// <c>[B, T, D]</c> to <c>[B, T, H]</c>, H the nodes of the graph's last layer.
/// </summary>
/// <remarks>
/// The first layer is connected to all of the input; a later one to the nodes of the previous layer by edges, and adds, for each earlier
/// layer with edges into it, the output of a separate recurrent layer. Within a layer all channels are connected, as in the thesis.
/// </remarks>
internal sealed class RandomGraphLayer : ScanLayer
{
    private readonly ModuleList<RecurrentLayer> layers = [];
    private readonly ModuleList<RecurrentLayer> skips = [];
    private readonly List<(int From, int To)> _skips = [];
    private readonly string[] _layerNames;
    private readonly string[] _skipNames;

    /// <param name="graph">The graph.</param>
    /// <param name="options">The common options of the layers; sizes and masks come from the graph.</param>
    /// <param name="generator">The source of the initial weights.</param>
    public RandomGraphLayer(GraphLayers graph, RecurrentLayerOptions options, Generator generator)
        : base(nameof(RandomGraphLayer))
    {
        OutputSize = graph.Nodes[^1].Length;
        layers.Add(new RecurrentLayer(options with { HiddenSize = graph.Nodes[0].Length }, generator));
        for (var to = 1; to < graph.Nodes.Count; to++)
        {
            layers.Add(Masked(graph, to - 1, to, options, generator));
            foreach (var from in graph.SkipsInto(to))
            {
                _skips.Add((from, to));
                skips.Add(Masked(graph, from, to, options, generator));
            }
        }
        (_layerNames, _skipNames) = (StreamNames.Of(nameof(layers), layers.Count), StreamNames.Of(nameof(skips), skips.Count));
        RegisterComponents();
    }

    public override int OutputSize { get; }

    public override long StepNumbers => layers.Concat(skips).Sum(layer => layer.StepNumbers);

    public override Tensor forward(Tensor sequence, int[]? lengths) =>
        Run(sequence, (layer, steps, _) => layer.call(steps, lengths), (one, other) => one.Plus(other));

    public override Tensor Advance(Tensor steps, StreamState state, string name)
    {
        var own = state.At(name);
        return Run(steps, (layer, steps, part) => layer.Advance(steps, own, part), (one, other) => one.Plus(other));
    }

    public override OnnxValue ToOnnx(OnnxGraph graph, OnnxValue input) =>
        Run(input, (layer, steps, _) => layer.ToOnnx(graph, steps), graph.Plus);

    private T Run<T>(T sequence, Func<RecurrentLayer, T, string, T> apply, Func<T, T, T> add)
    {
        List<T> outputs = [apply(layers[0], sequence, _layerNames[0])];
        for (var (to, skip) = (1, 0); to < layers.Count; to++)
        {
            var sum = apply(layers[to], outputs[^1], _layerNames[to]);
            for (; skip < _skips.Count && _skips[skip].To == to; skip++)
            {
                sum = add(sum, apply(skips[skip], outputs[_skips[skip].From], _skipNames[skip]));
            }
            outputs.Add(sum);
        }
        return outputs[^1];
    }

    private static RecurrentLayer Masked(GraphLayers graph, int from, int to, RecurrentLayerOptions options, Generator generator)
    {
        var (inputs, width) = (graph.Nodes[from].Length, graph.Nodes[to].Length);
        var mask = tensor(graph.Mask(from, to)).view(width, inputs);
        return new RecurrentLayer(options with { InputSize = inputs, HiddenSize = width, InputMask = mask }, generator);
    }
}
