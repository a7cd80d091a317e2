using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Scoring;

/// <summary>Reads the activations of a trained network's layers for the rows of data, batch by batch, in their order.</summary>
/// <remarks>
/// All rows of a batch are padded to the longest of them, so that a step has the same features in each; memory bounds how many are computed
/// at once. More than <see cref="FeatureProjection.MostFeatures"/> features of a layer are projected.
/// </remarks>
internal sealed class LayerReader : IDisposable
{
    // The same features of two models fall on different places, which must not make them alike or unlike: any seed serves.
    private const int ProjectionSeed = 1;

    private readonly Lease<Network> _lease;
    private readonly DataViewRowCursor _cursor;
    private readonly InputReader _reader;
    private readonly ModelDescription _description;
    private readonly Device _device;
    private readonly IReadOnlyList<NetworkLayer> _layers;
    private readonly FeatureProjection _projection = new(ProjectionSeed);
    private readonly RowStore _store = new();
    private readonly int _rows;
    private readonly int _width;

    public LayerReader(
        Lease<Network> lease, Network network, DataViewRowCursor cursor, BoundInput input, ModelDescription description, Device device, int rows)
    {
        (_lease, _cursor, _description, _device, _rows) = (lease, cursor, description, device, rows);
        _layers = NetworkLayer.Of(network);
        _width = BatchPlan.Width(network, description.Input.Channels);
        _reader = input.Open(cursor, IBounded.RangeOf(network));
    }

    /// <summary>The names of the layers.</summary>
    public IReadOnlyList<string> Layers => [.. _layers.Select(layer => layer.Name)];

    /// <summary>The activations <c>[n, p]</c> of each layer for the next rows, on the CPU; empty after the last row.</summary>
    /// <exception cref="InvalidDataException">A row cannot be scored; the message names column and row.</exception>
    public IReadOnlyList<Tensor> Next()
    {
        _store.Clear();
        while (_store.Count < _rows && _cursor.MoveNext())
        {
            var values = _reader.Read();
            _store.Add(values, values.Length / _description.Input.Channels, label: [], weight: 1);
        }
        if (_store.Count == 0)
        {
            return [];
        }
        using var threads = ThreadCount.Hold(_description.IsDeterministic && _device.type == DeviceType.CPU);
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var longest = Enumerable.Range(0, _store.Count).Max(_store.Steps);
        var parts = Enumerable.Range(0, _store.Count).Chunk((int)Math.Max(1, BatchPlan.Budget(_width) / longest)).Select(part =>
            NetworkLayer.Take(_layers, BatchBuilder.Inputs(_store, part, _description.Input, _device, longest), (_, rows) => _projection.Of(rows)))
            .ToArray();
        return [.. _layers.Select((_, layer) => cat([.. parts.Select(part => part[layer])]).cpu().MoveToOuterDisposeScope())];
    }

    public void Dispose()
    {
        _projection.Dispose();
        _cursor.Dispose();
        _lease.Dispose();
    }
}
