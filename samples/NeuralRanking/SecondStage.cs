using Microsoft.ML.Extensions.Sequence;

namespace Microsoft.ML.Extensions.Samples;

/// <summary>A model over what the first stage found: trained and measured fold by fold.</summary>
internal sealed class SecondStage(MLContext ml, Collection collection, RankingArguments arguments)
{
    private readonly Dictionary<string, string> _texts = collection.Documents.Ids.Zip(collection.Documents.Texts).ToDictionary(pair => pair.First, pair => pair.Second);

    /// <summary>The model's own rankings, and those fused with the first stage's, by weights chosen on the training queries.</summary>
    public (RankingRun Neural, RankingRun Fused) Run(RankingRun first, CancellationToken cancellation)
    {
        var (neural, fused) = (new RankingRun(), new RankingRun());
        for (var fold = 0; fold < arguments.Folds; fold++)
        {
            cancellation.ThrowIfCancellationRequested();
            var model = Rerankers.All[arguments.Model!](arguments.Settings, arguments.Encoder, arguments.Seed);
            var (training, measuring) = (Places(place => place % arguments.Folds != fold), Places(place => place % arguments.Folds == fold));
            model.Train([.. training.Select(place => Candidates(first, place))], cancellation);
            var weights = ml.Ranking.ChooseFusionWeights([Part(first, training), Scored(model, first, training)], collection.Judgements);
            var scored = Scored(model, first, measuring);
            Copy(scored, neural);
            Copy(ml.Ranking.FuseByScore([Part(first, measuring), scored], weights), fused);
        }
        return (neural, fused);
    }

    private int[] Places(Func<int, bool> isOne) => [.. Enumerable.Range(0, collection.Queries.Ids.Count).Where(isOne)];

    private Candidates Candidates(RankingRun first, int place)
    {
        var (ranking, grades) = (first.Ranking(collection.Queries.Ids[place]), collection.Judgements.Grades(collection.Queries.Ids[place]));
        return new(
            collection.Queries.Texts[place], [.. ranking.Select(document => _texts[document.Id])], [.. ranking.Select(document => document.Score)],
            [.. ranking.Select(document => (float)grades.GetValueOrDefault(document.Id))]);
    }

    private RankingRun Scored(IReranker model, RankingRun first, int[] places)
    {
        var run = new RankingRun();
        foreach (var place in places)
        {
            var ranking = first.Ranking(collection.Queries.Ids[place]);
            var scores = ranking.Count == 0 ? [] : model.Score(Candidates(first, place));
            for (var document = 0; document < ranking.Count; document++)
            {
                run.Add(collection.Queries.Ids[place], ranking[document].Id, scores[document]);
            }
        }
        return run;
    }

    private RankingRun Part(RankingRun run, int[] places)
    {
        var part = new RankingRun();
        foreach (var query in places.Select(place => collection.Queries.Ids[place]))
        {
            Copy(query, run, part);
        }
        return part;
    }

    private static void Copy(RankingRun from, RankingRun to)
    {
        foreach (var query in from.Queries)
        {
            Copy(query, from, to);
        }
    }

    private static void Copy(string query, RankingRun from, RankingRun to)
    {
        foreach (var document in from.Ranking(query))
        {
            to.Add(query, document.Id, document.Score);
        }
    }
}
