namespace Microsoft.ML.Extensions.Sequence;

/// <summary>
/// The metrics of one ranking as means over all orders of each group: McSherry and Najork 2008, Computing information retrieval performance
/// measures efficiently in the presence of tied scores.
/// </summary>
/// <remarks>Where each group is a single document these are the ordinary metrics.</remarks>
internal static class ExpectedMetrics
{
    /// <summary>
    /// The sum of precisions at the relevant documents, divided by the number of all relevant ones, in the ranking or not.
    /// </summary>
    public static double AveragePrecision(IReadOnlyList<TieGroup> groups, double leastRelevant, int relevant, int depth)
    {
        var (sum, found) = (0d, 0);
        foreach (var group in groups)
        {
            var (size, inGroup) = (group.Grades.Length, group.Count(leastRelevant));
            var share = size > 1 ? (inGroup - 1d) / (size - 1) : 0;
            for (var place = 0; inGroup > 0 && place < size && group.Before + place < depth; place++)
            {
                sum += (double)inGroup / size * (found + 1 + (place * share)) / (group.Before + place + 1);
            }
            found += inGroup;
        }
        return relevant == 0 ? 0 : sum / relevant;
    }

    /// <summary>1 / rank of the first relevant document; 0 where there is none.</summary>
    public static double ReciprocalRank(IReadOnlyList<TieGroup> groups, double leastRelevant, int depth)
    {
        foreach (var group in groups)
        {
            var (size, inGroup) = (group.Grades.Length, group.Count(leastRelevant));
            if (inGroup == 0)
            {
                continue;
            }
            var (sum, noneBefore) = (0d, 1d);
            for (var place = 0; place <= size - inGroup && group.Before + place < depth; place++)
            {
                var here = (double)inGroup / (size - place);
                sum += noneBefore * here / (group.Before + place + 1);
                noneBefore *= 1 - here;
            }
            return sum;
        }
        return 0;
    }

    /// <summary>The number of relevant documents among the first k.</summary>
    public static double Relevant(IReadOnlyList<TieGroup> groups, double leastRelevant, int k) =>
        groups.TakeWhile(group => group.Before < k)
            .Sum(group => (double)group.Count(leastRelevant) * Math.Min(group.Grades.Length, k - group.Before) / group.Grades.Length);

    /// <summary>The sum of gain / log2(rank + 1) of the first k.</summary>
    public static double DiscountedGain(IReadOnlyList<TieGroup> groups, Func<double, double> gain, int k)
    {
        var sum = 0d;
        foreach (var group in groups.TakeWhile(group => group.Before < k))
        {
            var mean = 0d;
            foreach (var grade in group.Grades.Span)
            {
                mean += gain(grade) / group.Grades.Length;
            }
            for (var place = group.Before; mean != 0 && place < Math.Min(group.Before + group.Grades.Length, k); place++)
            {
                sum += mean / Math.Log2(place + 2);
            }
        }
        return sum;
    }

    /// <summary>
    /// The sum of the chance that a reader who goes down the ranking stops at a rank, over the rank (Chapelle et al. 2009), for the first
    /// k.
    /// </summary>
    /// <param name="groups">The ranking.</param>
    /// <param name="satisfaction">The chance that a document of a grade makes a reader stop.</param>
    /// <param name="k">The number of documents considered.</param>
    public static double ReciprocalRankOfStop(IReadOnlyList<TieGroup> groups, Func<double, double> satisfaction, int k)
    {
        var (sum, goesOn) = (0d, 1d);
        foreach (var group in groups.TakeWhile(group => group.Before < k))
        {
            var passed = Passed(group.Grades.Span, satisfaction, Math.Min(group.Grades.Length, k - group.Before));
            for (var place = 1; place < passed.Length; place++)
            {
                sum += goesOn * (passed[place - 1] - passed[place]) / (group.Before + place);
            }
            goesOn *= passed[^1];
        }
        return sum;
    }

    // The mean, over all subsets of each size, of the probability that a reader passes all of their documents: elementary symmetric means,
    // updated document by document.
    private static double[] Passed(ReadOnlySpan<double> grades, Func<double, double> satisfaction, int most)
    {
        var means = new double[most + 1];
        means[0] = 1;
        for (var document = 0; document < grades.Length; document++)
        {
            var passes = 1 - satisfaction(grades[document]);
            for (var chosen = Math.Min(document + 1, most); chosen > 0; chosen--)
            {
                var share = chosen / (document + 1d);
                means[chosen] = ((1 - share) * means[chosen]) + (share * passes * means[chosen - 1]);
            }
        }
        return means;
    }
}
