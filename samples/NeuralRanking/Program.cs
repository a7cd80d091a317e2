using System.Diagnostics;
using Microsoft.ML;
using Microsoft.ML.Extensions.Samples;
using Microsoft.ML.Extensions.Sequence;

return Sample.Run(args, RankingArguments.Parse, (arguments, cancellation) => arguments.Pairs is { } pairs ? SelectAnswers(arguments, pairs) : Rank(arguments, cancellation));

static Figures Rank(RankingArguments arguments, CancellationToken cancellation)
{
    var clock = Stopwatch.StartNew();
    var ml = new MLContext(arguments.Seed);
    var collection = arguments.Documents is { } file ? Collection.Read(file, arguments.Queries!, arguments.Judgements!) : Collection.Generate(arguments.Seed);
    var (queries, judgements) = collection.Judgements.CountUnknown(collection.Queries.Ids, collection.Documents.Ids);
    if (queries > 0 || judgements > 0)
    {
        Console.WriteLine(FormattableString.Invariant($"Of the judged queries {queries} are not among the queries, and {judgements} judgements are of a query or document that is not there; they count as not found."));
    }
    var stage = new FirstStage(ml, collection, arguments);
    var bm25 = Evaluate(stage.Bm25(cancellation));
    var firstRun = stage.Feedback(cancellation);
    var first = Evaluate(firstRun);
    Compare("The first stage", first, "BM25", bm25);
    var figures = new Figures { { "bm25_map", bm25.MeanAveragePrecision }, { "first_stage_map", first.MeanAveragePrecision } };
    var last = first;
    if (arguments.Model is { } model)
    {
        var (neuralRun, fusedRun) = new SecondStage(ml, collection, arguments).Run(firstRun, cancellation);
        var neural = Evaluate(neuralRun);
        last = Evaluate(fusedRun);
        Compare(model, neural, "the first stage", first);
        Compare("Both", last, "the first stage", first);
        figures.Add("neural_map", neural.MeanAveragePrecision);
        figures.Add("fused_map", last.MeanAveragePrecision);
    }
    figures.Add("ndcg_10", last.NdcgAt(10));
    figures.Add("p_10", last.PrecisionAt(10));
    figures.Add("seconds", clock.Elapsed.TotalSeconds);
    return figures;

    RankingEvaluation Evaluate(RankingRun run) => ml.Ranking.EvaluateRanking(run, collection.Judgements);

    void Compare(string name, RankingEvaluation one, string otherName, RankingEvaluation other)
    {
        var comparison = ml.Ranking.CompareRankings(one, other, seed: arguments.Seed);
        Console.WriteLine(FormattableString.Invariant(
            $"{name} against {otherName}: MAP {comparison.Difference:+0.0000;-0.0000}, standard error {comparison.StandardError:f4}, p {comparison.PValue:g2}; better for {comparison.Better} queries, worse for {comparison.Worse}."));
    }
}

static Figures SelectAnswers(RankingArguments arguments, string pairs)
{
    if (arguments.Model is not null)
    {
        throw new UsageException("--pairs is ranked by shared words; leave out --model.");
    }
    var ml = new MLContext(arguments.Seed);
    var data = ml.Data.LoadFromEnumerable(PairRow.Read(pairs));
    var options = arguments.Settings.FirstStage;
    var scored = ml.Transforms.LexicalScore(options: options).Fit(data).Transform(data);
    var result = ml.Ranking.EvaluateRanking(scored, rowGroupColumnName: "Query", options: new() { CountQueriesWithoutRelevant = false });
    if (result.QueriesWithoutRelevant > 0)
    {
        Console.WriteLine(FormattableString.Invariant($"{result.QueriesWithoutRelevant} questions without a right answer are left out."));
    }
    return new Figures { { "map", result.MeanAveragePrecision }, { "mrr", result.MeanReciprocalRank } };
}
