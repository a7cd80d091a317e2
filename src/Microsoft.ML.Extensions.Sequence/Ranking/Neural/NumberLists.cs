using Microsoft.ML.Extensions.Columns;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The numbers of documents by query, without their texts.</summary>
/// <param name="All">The numbers of all documents, <c>[N, F]</c>.</param>
/// <param name="Padded">The numbers of sampled documents, <c>[B, n, F]</c>.</param>
/// <param name="Labels">Their labels, <c>[B, n W]</c>, NaN after the last of each query.</param>
internal sealed record NumberLists(Tensor All, Tensor Padded, Tensor Labels)
{
    /// <summary>Reads packed queries.</summary>
    /// <param name="batches">The queries.</param>
    /// <param name="width">F.</param>
    /// <param name="read">Reads the number of documents of a packed query, and their numbers.</param>
    /// <param name="queries">The most queries of <see cref="Padded"/>, the first ones.</param>
    /// <param name="size">The most documents of each query, sampled.</param>
    public static NumberLists Of(
        IEnumerable<(RowStore Store, ArraySegment<int> Rows, RowPart Part)> batches, int width, Func<RowStore, int, (int Count, float[] Numbers)> read,
        int queries, int size)
    {
        var all = new List<float>();
        var lists = new List<(float[] Numbers, float[] Labels)>();
        foreach (var (store, rows, _) in batches)
        {
            foreach (var row in rows)
            {
                var (count, numbers) = read(store, row);
                all.AddRange(numbers);
                if (lists.Count < queries)
                {
                    lists.Add(List(numbers, store.Label(row), count, size, new Random(lists.Count)));
                }
            }
        }
        return new(
            tensor(all.ToArray(), [all.Count / width, width], ScalarType.Float32),
            Pad(lists.ConvertAll(list => list.Numbers), 0)
                .view(lists.Count, -1, width), Pad(lists.ConvertAll(list => list.Labels), float.NaN));
    }

    private static (float[] Numbers, float[] Labels) List(float[] numbers, ReadOnlySpan<float> labels, int count, int size, Random random)
    {
        var (columns, width) = (numbers.Length / count, labels.Length / count);
        var relevance = new float[count];
        for (var i = 0; i < count; i++)
        {
            relevance[i] = labels[i * width];
        }
        var kept = (Numbers: new List<float>(), Labels: new List<float>());
        foreach (var place in ListDraw.Of(relevance, size, random) ?? [.. Enumerable.Range(0, count)])
        {
            kept.Numbers.AddRange(numbers.AsSpan(place * columns, columns));
            kept.Labels.AddRange(labels.Slice(place * width, width));
        }
        return ([.. kept.Numbers], [.. kept.Labels]);
    }

    private static Tensor Pad(List<float[]> rows, float padding)
    {
        var width = rows.Max(row => row.Length);
        var values = new float[rows.Count * width];
        values.AsSpan().Fill(padding);
        for (var row = 0; row < rows.Count; row++)
        {
            rows[row].CopyTo(values, row * width);
        }
        return tensor(values, [rows.Count, width], ScalarType.Float32);
    }
}
