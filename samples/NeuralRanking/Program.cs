using System.Diagnostics;
using Microsoft.ML;
using Microsoft.ML.Extensions.Samples;
using Microsoft.ML.Extensions.Sequence;

// With arguments the sample ranks your own documents, queries and judgements: see WithOptions.cs.
if (args.Length > 0) { return WithOptions.Run(args); }

var clock = Stopwatch.StartNew();
var ml = new MLContext(seed: 1);
var (documents, queries, judgements) = Collection.Generate(seed: 1);
var texts = documents.Ids.Zip(documents.Texts).ToDictionary(pair => pair.First, pair => pair.Second);

// The first stage: the words that query and document share, alone and with words of the first documents found (feedback).
var feedback = new LexicalOptions { Feedback = new() { Documents = 10, Terms = 40, QueryWeight = 0.3 } };
var bm25 = Evaluate(Search(new LexicalOptions()));
var found = Search(feedback);
var firstStage = Evaluate(found);

// A row per query and document found, with its grade.
var rows = queries.Ids.Zip(queries.Texts).SelectMany(query => found.Ranking(query.First).Take(100).Select(document => new CandidateRow
{
    QueryId = query.First,
    Query = query.Second,
    DocumentId = document.Id,
    Document = texts[document.Id],
    Label = (float)judgements.Grades(query.First).GetValueOrDefault(document.Id),
}));
var data = ml.Data.LoadFromEnumerable(rows.ToList());
var candidates = ml.Transforms.Conversion.MapValueToKey("GroupId", "QueryId").Fit(data).Transform(data);

// The second stage: a network that reads the texts, alone, and as a correction of the first stage's score.
var reader = ml.Ranking.Trainers.NeuralRanking(new NeuralRankingOptions { EnsembleSize = 1, Training = { Seed = 1 } });
var correction = ml.Transforms.LexicalScore("Words", options: feedback).Append(ml.Ranking.Trainers.NeuralRanking(
    new NeuralRankingOptions { EnsembleSize = 1, NumberColumnNames = ["Words"], Training = { Seed = 1 } }));
var neural = Evaluate(CrossValidate(reader));
var fused = Evaluate(CrossValidate(correction));

// The model to use is trained on all queries. Loaded, it ranks the documents of an index.
ml.Model.Save(correction.Fit(candidates), candidates.Schema, "ranking.zip");
var loaded = ml.Model.Load("ranking.zip", out _);
var index = ml.Data.LoadFromEnumerable(texts.Select(text => new CandidateRow { DocumentId = text.Key, Document = text.Value }));
using var ranker = loaded.CreateRanker(index, documentColumnName: "DocumentId", textColumnName: "Document");
Console.WriteLine($"'{queries.Texts[0]}' finds {string.Join(", ", ranker.Rank(queries.Texts[0], top: 5).Select(document => document.Id))}.");

Console.WriteLine($"bm25_map: {bm25.MeanAveragePrecision:0.######}");
Console.WriteLine($"first_stage_map: {firstStage.MeanAveragePrecision:0.######}");
Console.WriteLine($"neural_map: {neural.MeanAveragePrecision:0.######}");
Console.WriteLine($"fused_map: {fused.MeanAveragePrecision:0.######}");
Console.WriteLine($"ndcg_10: {fused.NdcgAt(10):0.######}");
Console.WriteLine($"p_10: {fused.PrecisionAt(10):0.######}");
Console.WriteLine($"seconds: {clock.Elapsed.TotalSeconds:0.######}");
return 0;

RankingRun Search(LexicalOptions options)
{
    using var ranker = ml.Ranking.CreateRanker(new RankerOptions { FirstStage = options });
    documents.Ids.Zip(documents.Texts).ToList().ForEach(document => ranker.Add(document.First, document.Second));
    var run = new RankingRun();
    foreach (var (id, query) in queries.Ids.Zip(queries.Texts))
    {
        ranker.Rank(query, top: documents.Ids.Count).ToList().ForEach(document => run.Add(id, document.Id, document.Score));
    }
    return run;
}

// Each fifth of the queries is ranked by a model of the other queries.
RankingRun CrossValidate<TTransformer>(IEstimator<TTransformer> pipeline) where TTransformer : class, ITransformer
{
    var run = new RankingRun();
    foreach (var fold in ml.Data.CrossValidationSplit(candidates, numberOfFolds: 5, samplingKeyColumnName: "QueryId"))
    {
        var part = ml.Ranking.CreateRun(pipeline.Fit(fold.TrainSet).Transform(fold.TestSet), rowGroupColumnName: "QueryId");
        part.Queries.ToList().ForEach(query => part.Ranking(query).ToList().ForEach(document => run.Add(query, document.Id, document.Score)));
    }
    return run;
}

RankingEvaluation Evaluate(RankingRun run) => ml.Ranking.EvaluateRanking(run, judgements, new() { Depth = 100 });
