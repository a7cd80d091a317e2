namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Neighbours in a ranking whose order is arbitrary: documents of equal score, or a single document.</summary>
/// <param name="Before">The number of documents before them.</param>
/// <param name="Grades">Their grades, 0 where they were not judged.</param>
internal readonly record struct TieGroup(int Before, ReadOnlyMemory<double> Grades)
{
    /// <summary>The groups of a ranking.</summary>
    /// <param name="scores">The scores, in descending order.</param>
    /// <param name="grades">The grade of each.</param>
    /// <param name="ties">The order of equal scores.</param>
    public static IEnumerable<TieGroup> Of(float[] scores, double[] grades, RankingTies ties)
    {
        for (var start = 0; start < scores.Length;)
        {
            var end = start + 1;
            while (ties == RankingTies.Expected && end < scores.Length && scores[end] == scores[start])
            {
                end++;
            }
            yield return new(start, grades.AsMemory(start..end));
            start = end;
        }
    }

    /// <summary>The number of documents with at least this grade.</summary>
    public int Count(double least)
    {
        var count = 0;
        foreach (var grade in Grades.Span)
        {
            count += grade >= least ? 1 : 0;
        }
        return count;
    }
}
