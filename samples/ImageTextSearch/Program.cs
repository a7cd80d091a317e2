using System.Diagnostics;
using Microsoft.ML;
using Microsoft.ML.Extensions.Samples;
using Microsoft.ML.Extensions.Sequence;

// With arguments the sample learns from your own images and sentences: see WithOptions.cs.
if (args.Length > 0) { return WithOptions.Run(args); }

var ml = new MLContext(seed: 1);

// Drawn images with sentences about them: 320 to learn from, and 80 others to search in.
using var scenes = new DrawnScenes();
var pairs = scenes.Draw(400, seed: 1);
var train = ml.Data.LoadFromEnumerable(pairs.Take(320));
var test = ml.Data.LoadFromEnumerable(pairs.Skip(320));

var options = new ImageTextMatchingOptions
{
    FeatureColumnName = "Image",
    Image = { Height = DrawnScenes.Side, Width = DrawnScenes.Side },
    Training = { Seed = 1 },
};
var clock = Stopwatch.StartNew();
using var model = ml.Ranking.Trainers.ImageTextMatching(options).Fit(train);
var seconds = clock.Elapsed.TotalSeconds;
var metrics = ml.Ranking.EvaluateImageText(model.Transform(test), imageIdColumnName: "Image");

ml.Model.Save(model, train.Schema, "search.zip");
var loaded = ml.Model.Load("search.zip", out _);

// An index of the images, searched by a sentence, and by the sentences of a page of results.
using var index = loaded.CreateIndex(test, ImageTextContent.Images, idColumnName: "Image");
foreach (var match in index.Search("a small red circle above a large blue square", top: 3))
{
    var found = pairs.First(pair => pair.Image == match.Id);
    Console.WriteLine($"The image of '{found.Text}' is found with score {match.Score:0.00}.");
}
Pair[] queries = [.. pairs.Skip(320).Take(20)];
var results = index.Search(ml.Data.LoadFromEnumerable(queries), ImageTextContent.Sentences, top: 6);
SearchReport.Write("ImageTextSearch.html", $"Of {metrics.ImageSearch.Queries} sentences {metrics.ImageSearch.RecallAt1:p0} find their image first.", queries, results);
Console.WriteLine("Sentences with the images found for them are in ImageTextSearch.html.");

Console.WriteLine($"image_search_r1: {metrics.ImageSearch.RecallAt1:0.######}");
Console.WriteLine($"image_search_r5: {metrics.ImageSearch.RecallAt5:0.######}");
Console.WriteLine($"image_search_r10: {metrics.ImageSearch.RecallAt10:0.######}");
Console.WriteLine($"annotation_r1: {metrics.Annotation.RecallAt1:0.######}");
Console.WriteLine($"annotation_r5: {metrics.Annotation.RecallAt5:0.######}");
Console.WriteLine($"annotation_r10: {metrics.Annotation.RecallAt10:0.######}");
Console.WriteLine($"median_rank: {metrics.ImageSearch.MedianRank:0.######}");
Console.WriteLine($"annotation_median_rank: {metrics.Annotation.MedianRank:0.######}");
Console.WriteLine($"fit_seconds: {seconds:0.######}");
return 0;
