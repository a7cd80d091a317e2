using System.Diagnostics;
using Microsoft.ML.Extensions.Sequence;

namespace Microsoft.ML.Extensions.Samples;

/// <summary>Ranks the documents of a collection for its queries.</summary>
internal sealed class DocumentRanking(RankingArguments arguments)
{
    private readonly MLContext _ml = new(arguments.Seed);
    private readonly Collection _collection = arguments.Documents is { } file
        ? Collection.Read(file, arguments.Queries!, arguments.Judgements!) : Collection.Generate(arguments.Seed);

    /// <summary>Ranks, prints comparisons, and returns the figures.</summary>
    public Figures Run(CancellationToken cancellation)
    {
        var clock = Stopwatch.StartNew();
        TellUnknown();
        var folds = new QueryFolds(_collection, arguments.Folds);
        var stage = new FirstStage(_ml, _collection, folds, arguments.Depth);
        var bm25 = Evaluate(stage.Words(arguments.Settings.FirstStage(), cancellation));
        var firstRun = stage.Feedback(arguments.Settings.FirstStage, cancellation);
        var first = Evaluate(firstRun);
        var figures = new Figures { { "bm25_map", bm25.MeanAveragePrecision } };
        Compare("Feedback", first, "BM25", bm25);
        if (arguments.Encoder is { } folder)
        {
            using var encoder = TextEncoder.Load(folder);
            var vectors = stage.Vectors(encoder, cancellation);
            firstRun = folds.Fuse(_ml, [firstRun, vectors], arguments.Depth);
            var (feedback, alone) = (first, Evaluate(vectors));
            first = Evaluate(firstRun);
            figures.Add("encoder_map", alone.MeanAveragePrecision);
            Compare("With the encoder", first, "the better alone", alone.MeanAveragePrecision > feedback.MeanAveragePrecision ? alone : feedback);
        }
        figures.Add("first_stage_map", first.MeanAveragePrecision);
        var last = arguments.Model is { } model ? Rerank(model, folds, firstRun, first, figures, cancellation) : first;
        figures.Add("ndcg_10", last.NdcgAt(10));
        figures.Add("p_10", last.PrecisionAt(10));
        figures.Add("seconds", clock.Elapsed.TotalSeconds);
        return figures;
    }

    private RankingEvaluation Rerank(
        RankingArchitecture model, QueryFolds folds, RankingRun firstRun, RankingEvaluation first, Figures figures, CancellationToken cancellation)
    {
        var stage = new SecondStage(_ml, _collection, folds, arguments.Depth);
        var options = NetworkOptions.Of(arguments, model, _collection.Documents.Texts);
        var (neural, fused) = (Evaluate(stage.Alone(firstRun, options, cancellation)), Evaluate(stage.Fused(firstRun, options, cancellation)));
        Compare($"{model}", neural, "the first stage", first);
        Compare("Both", fused, "the first stage", first);
        figures.Add("neural_map", neural.MeanAveragePrecision);
        figures.Add("fused_map", fused.MeanAveragePrecision);
        return fused;
    }

    private void TellUnknown()
    {
        var (queries, judgements) = _collection.Judgements.CountUnknown(_collection.Queries.Ids, _collection.Documents.Ids);
        if (queries > 0 || judgements > 0)
        {
            Console.WriteLine(FormattableString.Invariant($"Of the judged queries {queries} are not among the queries, and {judgements} judgements are of a query or document that is not there; they count as not found."));
        }
    }

    private RankingEvaluation Evaluate(RankingRun run) => _ml.Ranking.EvaluateRanking(run, _collection.Judgements, new() { Depth = arguments.Depth });

    private void Compare(string name, RankingEvaluation one, string otherName, RankingEvaluation other)
    {
        var comparison = _ml.Ranking.CompareRankings(one, other, seed: arguments.Seed);
        Console.WriteLine(FormattableString.Invariant(
            $"{name} against {otherName}: MAP {comparison.Difference:+0.0000;-0.0000}, standard error {comparison.StandardError:f4}, p {comparison.PValue:g2}; better for {comparison.Better} queries, worse for {comparison.Worse}."));
    }
}
