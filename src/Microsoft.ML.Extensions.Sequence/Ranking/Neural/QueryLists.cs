using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The sampled documents of each query of a batch, and their labels.</summary>
internal sealed class QueryLists
{
    private readonly int[] _counts;
    private readonly float[] _labels;
    private readonly int _stride;
    private readonly int _width;
    private readonly List<float[]> _drawn = [];

    /// <param name="labels">The labels of the queries, <c>[B, n W]</c>: W numbers per document.</param>
    /// <param name="counts">The number of documents of each.</param>
    public QueryLists(Tensor labels, int[] counts)
    {
        using var values = labels.cpu().contiguous();
        (_counts, _labels) = (counts, values.data<float>().ToArray());
        _stride = _labels.Length / counts.Length;
        _width = _stride / counts.Max();
    }

    /// <summary>Samples the documents of the next query.</summary>
    /// <param name="row">Its index in the batch; queries come in order.</param>
    /// <param name="count">The number of its documents.</param>
    /// <param name="size">The most documents to sample.</param>
    /// <param name="random">The source of randomness.</param>
    /// <param name="among">Selects those to sample from, by the labels of all; null for all.</param>
    public int[]? Draw(int row, int count, int size, Random random, Func<float[], int[]>? among = null)
    {
        var labels = _labels.AsSpan(row * _stride, _counts[row] * _width);
        var places = among?.Invoke(labels.ToArray()) ?? [.. Enumerable.Range(0, count)];
        var relevance = new float[places.Length];
        for (var i = 0; i < places.Length; i++)
        {
            relevance[i] = labels[places[i] * _width];
        }
        var drawn = ListDraw.Of(relevance, size, random);
        var chosen = drawn is null ? places : Array.ConvertAll(drawn, place => places[place]);
        var kept = new List<float>();
        foreach (var place in chosen)
        {
            kept.AddRange(labels.Slice(place * _width, _width));
        }
        _drawn.Add([.. kept]);
        return chosen.Length == count ? drawn : chosen;
    }

    /// <summary>The scores of the sampled documents, <c>[S]</c>, as <c>[B, m]</c> with 0 after the last of each query.</summary>
    public Tensor Padded(Tensor scores)
    {
        var longest = Longest();
        var places = new long[_drawn.Count * longest];
        var next = 0;
        for (var row = 0; row < _drawn.Count; row++)
        {
            var count = _drawn[row].Length / _width;
            for (var i = 0; i < longest; i++)
            {
                places[(row * longest) + i] = i < count ? next++ : scores.shape[0];
            }
        }
        var index = tensor(places, ScalarType.Int64, device: scores.device);
        return cat([scores, zeros(1, scores.dtype, scores.device)]).index_select(0, index).view(_drawn.Count, longest);
    }

    /// <summary>Their labels, <c>[B, m W]</c>, NaN after the last of each query.</summary>
    public Tensor Labels(Device device)
    {
        var width = Longest() * _width;
        var labels = new float[_drawn.Count * width];
        labels.AsSpan().Fill(float.NaN);
        for (var row = 0; row < _drawn.Count; row++)
        {
            _drawn[row].CopyTo(labels, row * width);
        }
        return tensor(labels, [_drawn.Count, width], ScalarType.Float32, device: device);
    }

    private int Longest() => _drawn.Max(labels => labels.Length) / _width;
}
