using Microsoft.ML.Extensions.Sequence;

namespace Microsoft.ML.Extensions.Samples;

/// <summary>The folds of the queries, by index: each fold is evaluated with what was learned and chosen on the others.</summary>
internal sealed class QueryFolds(Collection collection, int count)
{
    /// <summary>The number of folds.</summary>
    public int Count => count;

    /// <summary>The indices of a fold's queries.</summary>
    public int[] Measured(int fold) => Places(place => place % count == fold);

    /// <summary>The indices of the queries of all other folds.</summary>
    public int[] Training(int fold) => Places(place => place % count != fold);

    /// <summary>The judgements of some queries.</summary>
    /// <exception cref="InvalidOperationException">None of them is judged.</exception>
    public RelevanceJudgements Judgements(int[] places)
    {
        var judgements = new RelevanceJudgements();
        foreach (var query in places.Select(place => collection.Queries.Ids[place]))
        {
            foreach (var (document, grade) in collection.Judgements.Grades(query))
            {
                judgements.Add(query, document, grade);
            }
        }
        return judgements.Queries.Count > 0 ? judgements
            : throw new InvalidOperationException("There is no judged query beside those of one fold; give more queries, or fewer --folds.");
    }

    /// <summary>The rankings of some queries, cut to their best documents.</summary>
    public RankingRun Part(RankingRun run, int[] places, int depth = int.MaxValue)
    {
        var part = new RankingRun();
        foreach (var query in places.Select(place => collection.Queries.Ids[place]))
        {
            foreach (var document in run.Ranking(query).Take(depth))
            {
                part.Add(query, document.Id, document.Score);
            }
        }
        return part;
    }

    /// <summary>Merges the runs of the folds into one: each fold's queries have the ranking of that fold's run.</summary>
    /// <param name="ofFold">The run of a fold.</param>
    /// <param name="depth">The number of documents of a ranking to keep.</param>
    public RankingRun Join(Func<int, RankingRun> ofFold, int depth = int.MaxValue)
    {
        var joined = new RankingRun();
        for (var fold = 0; fold < count; fold++)
        {
            var part = Part(ofFold(fold), Measured(fold), depth);
            foreach (var query in part.Queries)
            {
                foreach (var document in part.Ranking(query))
                {
                    joined.Add(query, document.Id, document.Score);
                }
            }
        }
        return joined;
    }

    /// <summary>For each fold, the run with the highest MAP on the queries of the others.</summary>
    public RankingRun Best(MLContext ml, IReadOnlyList<RankingRun> runs, int depth) => Join(fold =>
    {
        var judgements = Judgements(Training(fold));
        return runs.MaxBy(run => ml.Ranking.EvaluateRanking(run, judgements, new() { Depth = depth }).MeanAveragePrecision)!;
    });

    /// <summary>For each fold, the fusion chosen on the queries of the others.</summary>
    /// <param name="ml">The context.</param>
    /// <param name="runs">The rankings; the first is the one to improve.</param>
    /// <param name="depth">The number of documents of the fused rankings that count.</param>
    public RankingRun Fuse(MLContext ml, IReadOnlyList<RankingRun> runs, int depth) => Join(
        fold =>
        {
            var choice = ml.Ranking.ChooseFusion(runs, Judgements(Training(fold)), depth);
            return ml.Ranking.Fuse([.. runs.Select(run => Part(run, Measured(fold)))], choice);
        }, depth);

    private int[] Places(Func<int, bool> isOne) => [.. Enumerable.Range(0, collection.Queries.Ids.Count).Where(isOne)];
}
