using Microsoft.ML.Extensions.Sequence;

namespace Microsoft.ML.Extensions.Samples;

/// <summary>Rankings of all queries by shared words, without and with feedback.</summary>
internal sealed class FirstStage(MLContext ml, Collection collection, RankingArguments arguments)
{
    private static readonly (int Documents, int Terms, double QueryWeight)[] s_feedback =
        [.. from documents in new[] { 5, 10 } from terms in new[] { 20, 40 } from weight in new[] { .3, .5, .7 } select (documents, terms, weight)];

    public RankingRun Bm25(CancellationToken cancellation) => Run(null, cancellation);

    /// <summary>Each query by the feedback that was best on the queries of the other folds.</summary>
    public RankingRun Feedback(CancellationToken cancellation)
    {
        var runs = s_feedback.Select(feedback => Run(feedback, cancellation)).ToArray();
        var chosen = new RankingRun();
        for (var fold = 0; fold < arguments.Folds; fold++)
        {
            var best = runs.Select(run => (Run: run, Map: Map(run, fold))).MaxBy(pair => pair.Map).Run;
            foreach (var query in collection.Queries.Ids.Where((_, place) => place % arguments.Folds == fold))
            {
                foreach (var document in best.Ranking(query))
                {
                    chosen.Add(query, document.Id, document.Score);
                }
            }
        }
        return chosen;
    }

    // On the judged queries that are not of the fold.
    private double Map(RankingRun run, int fold)
    {
        var training = new RelevanceJudgements();
        foreach (var query in collection.Queries.Ids.Where((_, place) => place % arguments.Folds != fold))
        {
            foreach (var (document, grade) in collection.Judgements.Grades(query))
            {
                training.Add(query, document, grade);
            }
        }
        return training.Queries.Count == 0 ? throw new UsageException("There is no judged query beside those of one fold; give more queries, or fewer --folds.")
            : ml.Ranking.EvaluateRanking(run, training).MeanAveragePrecision;
    }

    private RankingRun Run((int Documents, int Terms, double QueryWeight)? feedback, CancellationToken cancellation)
    {
        var options = arguments.Settings.FirstStage;
        options.Feedback = feedback is { } set ? new() { Documents = set.Documents, Terms = set.Terms, QueryWeight = set.QueryWeight } : null;
        using var ranker = ml.Ranking.CreateRanker(new() { FirstStage = options });
        for (var document = 0; document < collection.Documents.Ids.Count; document++)
        {
            cancellation.ThrowIfCancellationRequested();
            ranker.Add(collection.Documents.Ids[document], collection.Documents.Texts[document]);
        }
        var run = new RankingRun();
        for (var query = 0; query < collection.Queries.Ids.Count; query++)
        {
            cancellation.ThrowIfCancellationRequested();
            foreach (var found in ranker.Rank(collection.Queries.Texts[query], arguments.Depth))
            {
                run.Add(collection.Queries.Ids[query], found.Id, found.Score);
            }
        }
        return run;
    }
}
