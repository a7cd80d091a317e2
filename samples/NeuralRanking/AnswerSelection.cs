using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Sequence;

namespace Microsoft.ML.Extensions.Samples;

/// <summary>Ranks the answers to each question.</summary>
internal sealed class AnswerSelection(RankingArguments arguments, string file)
{
    private readonly MLContext _ml = new(arguments.Seed);

    /// <summary>Ranks the answers and returns the figures.</summary>
    public Figures Run(CancellationToken cancellation)
    {
        var rows = PairRow.Read(file);
        var collection = Collection(rows);
        var run = Words(rows);
        if (arguments.Encoder is not null || arguments.Model is not null)
        {
            var folds = new QueryFolds(collection, arguments.Folds);
            run = arguments.Encoder is { } folder ? folds.Fuse(_ml, [run, Vectors(rows, folder, cancellation)], int.MaxValue) : run;
            run = arguments.Model is not { } model ? run
                : new SecondStage(_ml, collection, folds, int.MaxValue)
                    .Fused(run, NetworkOptions.Of(arguments, model, [.. collection.Documents.Texts.Distinct(StringComparer.Ordinal)]), cancellation);
        }
        var result = _ml.Ranking.EvaluateRanking(
            run, collection.Judgements, new() { CountQueriesWithoutRelevant = false, Ties = RankingTies.Expected });
        if (result.QueriesWithoutRelevant > 0)
        {
            Console.WriteLine(FormattableString.Invariant($"{result.QueriesWithoutRelevant} questions without a right answer are left out."));
        }
        return new Figures { { "map", result.MeanAveragePrecision }, { "mrr", result.MeanReciprocalRank } };
    }

    // A question is its own id. An answer's id is its index, since several questions may have the same answer.
    private static Collection Collection(IReadOnlyList<PairRow> rows)
    {
        var judgements = new RelevanceJudgements();
        for (var row = 0; row < rows.Count; row++)
        {
            judgements.Add(rows[row].Query, Id(row), rows[row].Label);
        }
        string[] questions = [.. rows.Select(row => row.Query).Distinct(StringComparer.Ordinal)];
        return new(new([.. Enumerable.Range(0, rows.Count).Select(Id)], [.. rows.Select(row => row.Document)]), new(questions, questions), judgements);
    }

    private RankingRun Words(IReadOnlyList<PairRow> rows)
    {
        var data = _ml.Data.LoadFromEnumerable(rows);
        var scored = _ml.Transforms.LexicalScore(options: arguments.Settings.FirstStage()).Fit(data).Transform(data);
        return Run(rows, [.. scored.GetColumn<float>("Score")]);
    }

    private static RankingRun Vectors(IReadOnlyList<PairRow> rows, string folder, CancellationToken cancellation)
    {
        using var encoder = TextEncoder.Load(folder);
        var texts = rows.SelectMany(row => new[] { row.Query, row.Document }).Distinct(StringComparer.Ordinal).ToArray();
        var vectors = texts.Zip(encoder.Encode(texts, cancellation)).ToDictionary(pair => pair.First, pair => pair.Second, StringComparer.Ordinal);
        return Run(rows, [.. rows.Select(row => vectors[row.Query].Zip(vectors[row.Document], (x, y) => x * y).Sum())]);
    }

    private static RankingRun Run(IReadOnlyList<PairRow> rows, float[] scores)
    {
        var run = new RankingRun();
        for (var row = 0; row < rows.Count; row++)
        {
            run.Add(rows[row].Query, Id(row), scores[row]);
        }
        return run;
    }

    private static string Id(int row) => FormattableString.Invariant($"{row + 1}");
}
