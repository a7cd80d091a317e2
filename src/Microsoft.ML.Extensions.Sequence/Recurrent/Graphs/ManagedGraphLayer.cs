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

        ManagedScan Masked(int from, int to, string name) => ManagedRecurrentWeights.Create(
            options with { InputSize = graph.Nodes[from].Length, HiddenSize = graph.Nodes[to].Length }, parts.At(name), isMasked: true);
    }

    public override int OutputSize => _layers[^1].OutputSize;

    public override long StepWork => _layers.Concat(_skips.Select(skip => skip.Layer)).Sum(layer => layer.StepWork);

    public override void Run(in RaggedRows rows, float* input, float* output, Scratch scratch)
    {
        using var mark = scratch.Begin();
        nint steps = rows.Steps;
        var outputs = stackalloc float*[_layers.Count];
        for (var to = 0; to < _layers.Count; to++)
        {
            outputs[to] = to == _layers.Count - 1 ? output : scratch.Take(steps * _layers[to].OutputSize);
            _layers[to].Run(rows, to == 0 ? input : outputs[to - 1], outputs[to], scratch);
            foreach (var skip in _skips)
            {
                if (skip.To == to)
                {
                    Add(rows, skip.Layer, outputs[skip.From], outputs[to], scratch);
                }
            }
        }
    }

    private void Add(in RaggedRows rows, ManagedScan layer, float* input, float* sum, Scratch scratch)
    {
        using var mark = scratch.Begin();
        var size = rows.Steps * layer.OutputSize;
        var own = scratch.Take(size);
        layer.Run(rows, input, own, scratch);
        _kernels.AddScaled(size, 1, own, sum);
    }

    private static string Name(string list, int index) => StreamNames.Of(list, index + 1)[index];
}
