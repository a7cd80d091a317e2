using Microsoft.ML.Extensions.Sequence;

namespace Microsoft.ML.Extensions.Samples;

/// <summary>Networks that rerank the results of the first stage; those of each fold with a network trained on the others.</summary>
/// <param name="ml">The context.</param>
/// <param name="collection">Documents, queries and judgements.</param>
/// <param name="folds">The folds of the queries.</param>
/// <param name="depth">The number of documents of the first stage's rankings that the network scores.</param>
internal sealed class SecondStage(MLContext ml, Collection collection, QueryFolds folds, int depth)
{
    private readonly Dictionary<string, string> _texts = collection.Documents.Ids.Zip(collection.Documents.Texts).ToDictionary(pair => pair.First, pair => pair.Second);

    /// <summary>Scores by the texts alone.</summary>
    /// <param name="first">The first stage's rankings.</param>
    /// <param name="options">The options of a network.</param>
    /// <param name="cancellation">Stops the fit.</param>
    /// <param name="learned">What a network is trained on of a query's candidates; null for all.</param>
    public RankingRun Alone(
        RankingRun first, Func<NeuralRankingOptions> options, CancellationToken cancellation = default, Func<Candidates, Candidates>? learned = null) =>
        Run(first, [], options, cancellation, learned);

    /// <summary>
    /// Scores by texts and first stage: the network starts as the first stage's score and learns to correct it. The correction is kept
    /// only if held-out training queries show a gain of more than a standard error.
    /// </summary>
    public RankingRun Fused(RankingRun first, Func<NeuralRankingOptions> options, CancellationToken cancellation = default) =>
        Run(first, [nameof(CandidateRow.FirstStage)], options, cancellation, null);

    private RankingRun Run(
        RankingRun first, string[] numbers, Func<NeuralRankingOptions> options, CancellationToken cancellation, Func<Candidates, Candidates>? learned) => folds.Join(fold =>
    {
        cancellation.ThrowIfCancellationRequested();
        var wanted = options();
        (wanted.Training.CancellationToken, wanted.NumberColumnNames) = (cancellation, numbers);
        var training = Candidates(first, folds.Training(fold));
        return new Reranker(ml, wanted).Run(WithDocuments(training.Select(query => learned?.Invoke(query) ?? query)), Candidates(first, folds.Measured(fold)));
    });

    private Candidates[] Candidates(RankingRun first, int[] places) => WithDocuments(places.Select(place => Candidates(first, place)));

    private static Candidates[] WithDocuments(IEnumerable<Candidates> queries) => [.. queries.Where(query => query.Ids.Count > 0)];

    private Candidates Candidates(RankingRun first, int place)
    {
        var id = collection.Queries.Ids[place];
        var (ranking, grades) = (first.Ranking(id).Take(depth).ToArray(), collection.Judgements.Grades(id));
        var (highest, lowest) = ranking.Length == 0 ? (0, 0) : (ranking[0].Score, ranking[^1].Score);
        return new(
            id, collection.Queries.Texts[place], [.. ranking.Select(document => document.Id)], [.. ranking.Select(document => _texts[document.Id])],
            [.. ranking.Select(document => highest > lowest ? (document.Score - lowest) / (highest - lowest) : 1)],
            [.. ranking.Select(document => (float)Math.Max(0, grades.GetValueOrDefault(document.Id)))]);
    }
}
