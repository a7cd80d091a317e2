namespace Microsoft.ML.Extensions.Samples;

/// <summary>Suggests names similar to one that does not exist.</summary>
public static class NearestNames
{
    /// <summary>The candidates with the smallest edit distance, the nearest first; case is ignored.</summary>
    /// <remarks>The last part of a dotted name may match too: <c>Epochs</c> suggests <c>Training.Epochs</c>.</remarks>
    public static IReadOnlyList<string> Of(string name, IEnumerable<string> candidates, int count = 3) =>
        [.. candidates
            .Select(candidate => (Name: candidate, Whole: Distance(name, candidate), Last: Distance(LastPart(name), LastPart(candidate))))
            .OrderBy(candidate => Math.Min(candidate.Whole, candidate.Last))
            .ThenBy(candidate => candidate.Whole)
            .ThenBy(candidate => candidate.Name, StringComparer.Ordinal)
            .Take(count)
            .Select(candidate => candidate.Name)];

    /// <summary>The least number of characters to insert, remove or replace (Levenshtein 1966), ignoring case.</summary>
    public static int Distance(string a, string b)
    {
        (a, b) = (a.ToUpperInvariant(), b.ToUpperInvariant());
        var previous = Enumerable.Range(0, b.Length + 1).ToArray();
        var current = new int[b.Length + 1];
        for (var i = 1; i <= a.Length; i++)
        {
            current[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var replaced = previous[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                current[j] = Math.Min(replaced, 1 + Math.Min(previous[j], current[j - 1]));
            }
            (previous, current) = (current, previous);
        }
        return previous[b.Length];
    }

    private static string LastPart(string name) => name[(name.LastIndexOf('.') + 1)..];
}
