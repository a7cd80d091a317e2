namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Runs of words, and of letters within words.</summary>
internal static class Grams
{
    /// <summary>The marker of both ends of a word.</summary>
    public const char End = '#';

    /// <summary>The terms, then each n-gram of 2 terms, 3 terms and so on, joined by a space, which no term contains.</summary>
    /// <param name="terms">Terms in the order of their text.</param>
    /// <param name="longest">The largest n, at least 1.</param>
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

    /// <summary>
    /// The letter n-grams of <c>#word#</c>, as in DSSM: <c>#go</c>, <c>goo</c>, <c>ood</c>, <c>od#</c>; the whole word where it is shorter.
    /// </summary>
    /// <param name="term">A term.</param>
    /// <param name="length">n, at least 1.</param>
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
