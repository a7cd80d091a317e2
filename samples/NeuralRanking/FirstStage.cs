using Microsoft.ML.Extensions.Sequence;

namespace Microsoft.ML.Extensions.Samples;

/// <summary>
/// Rankings of all queries without a trained network: by shared words, without and with feedback, and by an encoder without fine-tuning.
/// </summary>
/// <param name="ml">The context.</param>
/// <param name="collection">Documents and queries.</param>
/// <param name="folds">The folds of the queries.</param>
/// <param name="depth">The number of documents that count.</param>
internal sealed class FirstStage(MLContext ml, Collection collection, QueryFolds folds, int depth)
{
    // Fused rankings are longer than the depth, since a document missing from one of them gets that ranking's lowest score.
    private const int FusedDepth = 10;

    private static readonly (int Documents, int Terms, double QueryWeight)[] s_feedback =
        [.. from documents in new[] { 5, 10 } from terms in new[] { 20, 40 } from weight in new[] { .3, .5, .7 } select (documents, terms, weight)];

    /// <summary>The length of the rankings.</summary>
    public int Found => depth * FusedDepth;

    /// <summary>The rankings by shared words, without feedback.</summary>
    public RankingRun Words(LexicalOptions options, CancellationToken cancellation = default)
    {
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
            foreach (var found in ranker.Rank(collection.Queries.Texts[query], Found))
            {
                run.Add(collection.Queries.Ids[query], found.Id, found.Score);
            }
        }
        return run;
    }

    /// <summary>The rankings with feedback; the settings for each fold are the best on the queries of the other folds.</summary>
    public RankingRun Feedback(Func<LexicalOptions> options, CancellationToken cancellation = default)
    {
        var runs = s_feedback.Select(set =>
        {
            var wanted = options();
            wanted.Feedback = new() { Documents = set.Documents, Terms = set.Terms, QueryWeight = set.QueryWeight };
            return Words(wanted, cancellation);
        }).ToArray();
        return folds.Best(ml, runs, depth);
    }

    /// <summary>The rankings by the cosines of an encoder's vectors.</summary>
    public RankingRun Vectors(TextEncoder encoder, CancellationToken cancellation = default)
    {
        using var index = new DenseIndex(encoder.Dimensions);
        foreach (var (id, vector) in collection.Documents.Ids.Zip(encoder.Encode(collection.Documents.Texts, cancellation)))
        {
            index.Add(id, vector);
        }
        var run = new RankingRun();
        foreach (var (id, vector) in collection.Queries.Ids.Zip(encoder.Encode(collection.Queries.Texts, cancellation)))
        {
            foreach (var match in index.Search(vector, Found))
            {
                run.Add(id, match.Id, match.Score);
            }
        }
        return run;
    }
}
