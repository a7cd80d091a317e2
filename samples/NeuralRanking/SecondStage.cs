using Microsoft.ML.Extensions.Sequence;

namespace Microsoft.ML.Extensions.Samples;

/// <summary>A network over what the first stage found: trained and measured fold by fold.</summary>
/// <param name="ml">The context.</param>
/// <param name="collection">Documents, queries and judgements.</param>
/// <param name="folds">The parts of the queries.</param>
/// <param name="depth">How many documents of the first stage's rankings the network scores.</param>
/// <param name="knowsFirst">Whether the network begins as the first stage's score, and learns to correct it.</param>
internal sealed class SecondStage(MLContext ml, Collection collection, QueryFolds folds, int depth, bool knowsFirst)
{
    private readonly Dictionary<string, string> _texts = collection.Documents.Ids.Zip(collection.Documents.Texts).ToDictionary(pair => pair.First, pair => pair.Second);

    /// <summary>
    /// The network's rankings, of each fold by one that was trained on the others, and those fused with the first stage's. How is chosen on the training queries, each scored by
    /// a network that was trained on the rest of them: the scores of queries that a network was trained on are too good to choose by.
    /// </summary>
    public (RankingRun Neural, RankingRun Fused) Run(RankingRun first, Func<NeuralRankingOptions> options, CancellationToken cancellation)
    {
        var own = folds.Join(fold => Scored(first, [fold], options, cancellation));
        var inner = new Dictionary<(int, int), RankingRun>();
        var fused = folds.Join(
            fold =>
            {
                var chosenOn = Others(fold).Select(other => Inner(fold, other)).ToArray();
                var (training, measured) = (folds.Training(fold), folds.Measured(fold));
                var choice = ml.Ranking.ChooseFusion([folds.Part(first, training, depth), QueryFolds.Union(chosenOn)], folds.Judgements(training), depth);
                return ml.Ranking.Fuse([folds.Part(first, measured, depth), folds.Part(own, measured)], choice);
            });
        return (own, fused);

        // One network that knows neither fold serves both.
        RankingRun Inner(int fold, int other)
        {
            var pair = (Math.Min(fold, other), Math.Max(fold, other));
            if (!inner.TryGetValue(pair, out var run))
            {
                inner.Add(pair, run = Scored(first, [pair.Item1, pair.Item2], options, cancellation));
            }
            return folds.Part(run, folds.Measured(other));
        }
    }

    private IEnumerable<int> Others(int fold) => Enumerable.Range(0, folds.Count).Where(other => other != fold);

    // The queries of some folds, scored by a network that was trained on those of all others.
    private RankingRun Scored(RankingRun first, int[] measured, Func<NeuralRankingOptions> options, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var wanted = options();
        wanted.Training.CancellationToken = cancellation;
        wanted.NumberColumnNames = knowsFirst ? [nameof(CandidateRow.FirstStage)] : [];
        return new Reranker(ml, wanted).Run(Candidates(first, folds.Training(measured)), Candidates(first, [.. measured.SelectMany(folds.Measured)]));
    }

    private Candidates[] Candidates(RankingRun first, int[] places) => [.. places.Select(place => Candidates(first, place)).Where(query => query.Ids.Count > 0)];

    private Candidates Candidates(RankingRun first, int place)
    {
        var id = collection.Queries.Ids[place];
        var (ranking, grades) = (first.Ranking(id).Take(depth).ToArray(), collection.Judgements.Grades(id));
        var (highest, lowest) = ranking.Length == 0 ? (0, 0) : (ranking[0].Score, ranking[^1].Score);
        return new(
            id, collection.Queries.Texts[place], [.. ranking.Select(document => document.Id)], [.. ranking.Select(document => _texts[document.Id])],
            knowsFirst ? [.. ranking.Select(document => highest > lowest ? (document.Score - lowest) / (highest - lowest) : 1)] : null,
            [.. ranking.Select(document => (float)Math.Max(0, grades.GetValueOrDefault(document.Id)))]);
    }
}
