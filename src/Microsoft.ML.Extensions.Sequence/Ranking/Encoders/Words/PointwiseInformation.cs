using System.Runtime.InteropServices;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Counts co-occurrences of words and computes their pointwise mutual information.</summary>
/// <remarks>
/// Positive pointwise mutual information, shifted, with smoothed contexts: <c>max(0, ln(#(w, c) sum_c' #(c')^a / (#(w) #(c)^a)) - ln
/// k)</c>. Levy and Goldberg 2014 (NeurIPS, "Neural Word Embedding as Implicit Matrix Factorization"); Levy, Goldberg and Dagan 2015.
/// </remarks>
internal sealed class PointwiseInformation(int terms, int window)
{
    // The number of pairs between checks for cancellation.
    private const int Look = 1 << 16;

    // Word and context packed into one number.
    private readonly Dictionary<long, int> _pairs = [];
    private readonly double[] _sums = new double[terms];

    /// <summary>Counts a text.</summary>
    /// <param name="text">The words' numbers in order; below 0 for a word without a number, which still takes a position.</param>
    public void Add(ReadOnlySpan<int> text)
    {
        for (var place = 0; place < text.Length; place++)
        {
            if (text[place] < 0)
            {
                continue;
            }
            for (var other = Math.Max(0, place - window); other <= Math.Min(text.Length - 1, place + window); other++)
            {
                if (other != place && text[other] >= 0)
                {
                    CollectionsMarshal.GetValueRefOrAddDefault(_pairs, ((long)text[place] * terms) + text[other], out _)++;
                    _sums[text[place]]++;
                }
            }
        }
    }

    /// <summary>The matrix of words by contexts.</summary>
    /// <param name="shift">k.</param>
    /// <param name="smoothing">a.</param>
    /// <param name="checkAlive">Throws when the computation was cancelled.</param>
    public SparseRows Matrix(double shift, double smoothing, Action checkAlive)
    {
        // Windows are symmetric, so words and contexts have the same counts.
        var contexts = Array.ConvertAll(_sums, sum => Math.Pow(sum, smoothing));
        var total = contexts.Sum();
        var entries = new List<(int Row, int Place, double Value)>();
        var starts = new int[terms + 1];
        var seen = 0;
        foreach (var (key, count) in _pairs)
        {
            if (++seen % Look == 0)
            {
                checkAlive();
            }
            var (row, place) = ((int)(key / terms), (int)(key % terms));
            var information = Math.Log(count * total / (_sums[row] * contexts[place])) - Math.Log(shift);
            if (information > 0)
            {
                entries.Add((row, place, information));
                starts[row + 1]++;
            }
        }
        return InRows(entries, starts, checkAlive);
    }

    // Each row is short enough to sort by itself.
    private static SparseRows InRows(List<(int Row, int Place, double Value)> entries, int[] starts, Action checkAlive)
    {
        for (var row = 1; row < starts.Length; row++)
        {
            starts[row] += starts[row - 1];
        }
        var (places, values, next) = (new int[entries.Count], new double[entries.Count], starts.ToArray());
        foreach (var (row, place, value) in entries)
        {
            (places[next[row]], values[next[row]]) = (place, value);
            next[row]++;
        }
        for (var row = 0; row < starts.Length - 1; row++)
        {
            checkAlive();
            Array.Sort(places, values, starts[row], starts[row + 1] - starts[row]);
        }
        return new SparseRows(starts.Length - 1, starts, places, values);
    }
}
