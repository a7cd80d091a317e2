using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The documents of each query of a batch that a step sees, and their labels.</summary>
internal sealed class QueryLists
{
    private readonly int[] _counts;
    private readonly float[] _labels;
    private readonly int _stride;
    private readonly int _width;
    private readonly List<float[]> _drawn = [];

    /// <param name="labels">The labels of the queries, <c>[B, n W]</c>: W numbers a document.</param>
    /// <param name="counts">The documents of each.</param>
    public QueryLists(Tensor labels, int[] counts)
    {
        using var values = labels.cpu().contiguous();
        (_counts, _labels) = (counts, values.data<float>().ToArray());
        _stride = _labels.Length / counts.Length;
        _width = _stride / counts.Max();
    }

    /// <summary>Draws the documents of the next query.</summary>
    /// <param name="row">Its place in the batch: they come in order.</param>
    /// <param name="count">Its documents.</param>
    /// <param name="size">The most that are drawn.</param>
    /// <param name="random">What is drawn from.</param>
    public int[]? Draw(int row, int count, int size, Random random)
    {
        var labels = _labels.AsSpan(row * _stride, _counts[row] * _width);
        var relevance = new float[count];
        for (var i = 0; i < count; i++)
        {
            relevance[i] = labels[i * _width];
        }
        var drawn = ListDraw.Of(relevance, size, random);
        var kept = new List<float>();
        foreach (var place in drawn ?? [.. Enumerable.Range(0, count)])
        {
            kept.AddRange(labels.Slice(place * _width, _width));
        }
        _drawn.Add([.. kept]);
        return drawn;
    }

    /// <summary>The scores of the documents drawn, <c>[S]</c>, as <c>[B, m]</c> with 0 after the last of each query.</summary>
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
