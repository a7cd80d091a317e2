using System.Runtime.InteropServices;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The terms of a document.</summary>
/// <param name="Terms">Their numbers, each once.</param>
/// <param name="Frequencies">Their frequency in each field, [terms, fields].</param>
internal sealed record DocumentTerms(int[] Terms, int[] Frequencies)
{
    /// <summary>The terms of texts, one per field.</summary>
    /// <param name="fields">The terms of each field.</param>
    /// <param name="number">The number of a term.</param>
    public static DocumentTerms Of(IReadOnlyList<IReadOnlyList<string>> fields, Func<string, int> number)
    {
        var places = new Dictionary<int, int>();
        var terms = new List<int>();
        var frequencies = new List<int>();
        for (var field = 0; field < fields.Count; field++)
        {
            foreach (var term in fields[field].Select(number))
            {
                ref var place = ref CollectionsMarshal.GetValueRefOrAddDefault(places, term, out var known);
                if (!known)
                {
                    place = terms.Count;
                    terms.Add(term);
                    frequencies.AddRange(Enumerable.Repeat(0, fields.Count));
                }
                frequencies[(place * fields.Count) + field]++;
            }
        }
        return new([.. terms], [.. frequencies]);
    }

    /// <summary>The frequency of a term in each field, by the term's index.</summary>
    public ReadOnlySpan<int> Of(int place, int fields) => Frequencies.AsSpan(place * fields, fields);

    /// <summary>The number of words of each field.</summary>
    public int[] Lengths(int fields)
    {
        var lengths = new int[fields];
        for (var i = 0; i < Frequencies.Length; i++)
        {
            lengths[i % fields] = checked(lengths[i % fields] + Frequencies[i]);
        }
        return lengths;
    }
}
