using Microsoft.ML.Extensions.Managed;
using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Numerics;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary><see cref="RandomGraphLayer"/> as C# kernels.</summary>
internal sealed unsafe class ManagedGraphLayer : ManagedScan
{
    private readonly List<ManagedScan> _layers = [];
    private readonly List<(int From, int To, ManagedScan Layer)> _skips = [];
    private readonly LaneKernels _kernels;
    private readonly string[] _layerNames;
    private readonly string[] _skipNames;

    /// <param name="graph">The graph.</param>
    /// <param name="options">The common options of the layers; sizes and masks come from the graph.</param>
    /// <param name="parts">The weights.</param>
    public ManagedGraphLayer(GraphLayers graph, RecurrentLayerOptions options, ManagedParts parts)
    {
        _kernels = parts.Kernels;
        _layers.Add(ManagedRecurrentWeights.Create(options with { HiddenSize = graph.Nodes[0].Length }, parts.At(Name("layers", 0))));
        for (var to = 1; to < graph.Nodes.Count; to++)
        {
            _layers.Add(Masked(to - 1, to, Name("layers", to)));
            foreach (var from in graph.SkipsInto(to))
            {
                _skips.Add((from, to, Masked(from, to, Name("skips", _skips.Count))));
            }
        }

        (_layerNames, _skipNames) = (StreamNames.Of("layers", _layers.Count), StreamNames.Of("skips", _skips.Count));

        ManagedScan Masked(int from, int to, string name) => ManagedRecurrentWeights.Create(
            options with { InputSize = graph.Nodes[from].Length, HiddenSize = graph.Nodes[to].Length }, parts.At(name), isMasked: true);
    }

    public override int OutputSize => _layers[^1].OutputSize;

    public override long StepWork => _layers.Concat(_skips.Select(skip => skip.Layer)).Sum(layer => layer.StepWork);

    public override void Run(in RaggedRows rows, float* input, float* output, Scratch scratch) => Run(rows, input, output, null, scratch);

    public override void Advance(in RaggedRows rows, float* input, float* output, ManagedStreamState state, string name, Scratch scratch) =>
        Run(rows, input, output, state.At(name), scratch);

    private void Run(in RaggedRows rows, float* input, float* output, ManagedStreamState? state, Scratch scratch)
    {
        using var mark = scratch.Begin();
        nint steps = rows.Steps;
        var outputs = stackalloc float*[_layers.Count];
        for (var to = 0; to < _layers.Count; to++)
        {
            outputs[to] = to == _layers.Count - 1 ? output : scratch.Take(steps * _layers[to].OutputSize);
            Run(_layers[to], rows, to == 0 ? input : outputs[to - 1], outputs[to], state, _layerNames[to], scratch);
            for (var skip = 0; skip < _skips.Count; skip++)
            {
                if (_skips[skip].To == to)
                {
                    Add(skip, rows, outputs[_skips[skip].From], outputs[to], state, scratch);
                }
            }
        }
    }

    private void Add(int skip, in RaggedRows rows, float* input, float* sum, ManagedStreamState? state, Scratch scratch)
    {
        using var mark = scratch.Begin();
        var layer = _skips[skip].Layer;
        var size = rows.Steps * layer.OutputSize;
        var own = scratch.Take(size);
        Run(layer, rows, input, own, state, _skipNames[skip], scratch);
        _kernels.AddScaled(size, 1, own, sum);
    }

    private static void Run(
        ManagedScan layer, in RaggedRows rows, float* input, float* output, ManagedStreamState? state, string name, Scratch scratch)
    {
        if (state is null)
        {
            layer.Run(rows, input, output, scratch);
            return;
        }
        layer.Advance(rows, input, output, state, name, scratch);
    }

    private static string Name(string list, int index) => StreamNames.Of(list, index + 1)[index];
}
