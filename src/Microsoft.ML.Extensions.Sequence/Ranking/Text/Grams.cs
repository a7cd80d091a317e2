namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Runs of words, and of letters within words.</summary>
internal static class Grams
{
    /// <summary>What marks the ends of a word among its letters.</summary>
    public const char End = '#';

    /// <summary>Terms, then each run of 2 terms, 3 terms and so on, joined by a space, which no term contains.</summary>
    /// <param name="terms">Terms in the order of their text.</param>
    /// <param name="longest">The length of the longest run; at least 1.</param>
    public static IEnumerable<string> OfWords(IReadOnlyList<string> terms, int longest)
    {
        for (var length = 1; length <= longest; length++)
        {
            for (var start = 0; start + length <= terms.Count; start++)
            {
                yield return length == 1 ? terms[start] : string.Join(' ', terms.Skip(start).Take(length));
            }
        }
    }

    /// <summary>The runs of letters of <c>#word#</c>, as in DSSM: <c>#go</c>, <c>goo</c>, <c>ood</c>, <c>od#</c>; of a shorter word the whole.</summary>
    /// <param name="term">A term.</param>
    /// <param name="length">The length of a run; at least 1.</param>
    public static IEnumerable<string> OfLetters(string term, int length)
    {
        var marked = $"{End}{term}{End}";
        if (marked.Length <= length)
        {
            yield return marked;
            yield break;
        }
        for (var start = 0; start + length <= marked.Length; start++)
        {
            yield return marked.Substring(start, length);
        }
    }
}
