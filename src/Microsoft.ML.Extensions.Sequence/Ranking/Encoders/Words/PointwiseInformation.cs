using System.Runtime.InteropServices;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Counts co-occurrences of words and computes their pointwise mutual information.</summary>
/// <remarks>
/// Positive pointwise mutual information, shifted, with smoothed contexts: <c>max(0, ln(#(w, c) sum_c' #(c')^a / (#(w) #(c)^a)) - ln k)</c>. Levy and Goldberg
/// 2014 (NeurIPS, "Neural Word Embedding as Implicit Matrix Factorization"); Levy, Goldberg and Dagan 2015.
/// </remarks>
internal sealed class PointwiseInformation(int terms, int window)
{
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
    public SparseRows Matrix(double shift, double smoothing)
    {
        // Windows are symmetric, so words and contexts have the same counts.
        var contexts = Array.ConvertAll(_sums, sum => Math.Pow(sum, smoothing));
        var total = contexts.Sum();
        var entries = new List<(long Key, double Value)>();
        foreach (var (key, count) in _pairs)
        {
            var information = Math.Log(count * total / (_sums[key / terms] * contexts[key % terms])) - Math.Log(shift);
            if (information > 0)
            {
                entries.Add((key, information));
            }
        }
        entries.Sort((one, other) => one.Key.CompareTo(other.Key));
        var starts = new int[terms + 1];
        foreach (var (key, _) in entries)
        {
            starts[(key / terms) + 1]++;
        }
        for (var term = 0; term < terms; term++)
        {
            starts[term + 1] += starts[term];
        }
        return new SparseRows(terms, starts, [.. entries.Select(entry => (int)(entry.Key % terms))], [.. entries.Select(entry => entry.Value)]);
    }
}
