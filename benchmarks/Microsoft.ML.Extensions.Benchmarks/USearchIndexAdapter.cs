using Cloud.Unum.USearch;
using Microsoft.ML.Extensions.Sequence;

namespace Microsoft.ML.Extensions.Benchmarks;

/// <summary>
/// An approximate index (Malkov and Yashunin 2016, arXiv 1603.09320) by Cloud.Unum.USearch, with the interface of the exact one.
/// </summary>
internal sealed class USearchIndexAdapter(int dimensions) : IVectorIndex, IDisposable
{
    private readonly USearchIndex _index = new(MetricKind.Cos, ScalarKind.Float32, (ulong)dimensions);
    private readonly Dictionary<string, ulong> _keys = [];
    private readonly Dictionary<ulong, string> _ids = [];
    private readonly Lock _gate = new();
    private ulong _next;

    public int Dimensions => dimensions;

    public int Count => _keys.Count;

    public void Add(string id, ReadOnlySpan<float> vector)
    {
        lock (_gate)
        {
            _keys.Add(id, _next);
            _ids.Add(_next, id);
            _index.Add(_next++, vector.ToArray());
        }
    }

    public bool Remove(string id)
    {
        lock (_gate)
        {
            return _keys.Remove(id, out var key) && _ids.Remove(key) && _index.Remove(key) > 0;
        }
    }

    public IReadOnlyList<VectorMatch> Search(ReadOnlySpan<float> query, int top)
    {
        lock (_gate)
        {
            _index.Search(query.ToArray(), top, out var keys, out var distances);
            return [.. keys.Zip(distances, (key, distance) => new VectorMatch(_ids[key], 1 - distance))];
        }
    }

    public void Dispose() => _index.Dispose();
}
