using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Torch;

namespace Microsoft.ML.Extensions.Sequence.Tests;

[TestClass]
public sealed class ModelRankerTests
{
    private static readonly string[] s_words = ["wing", "plate", "flow", "heat", "slab", "shock", "layer", "nozzle"];

    private readonly MLContext _ml = new(1);

    [TestMethod]
    public void FoundDocumentsStandByTheModelsScores()
    {
        using var model = Trained();
        using var ranker = model.CreateRanker(Documents(), "Id");
        var found = ranker.Rank("wing flow", top: 5);
        Assert.HasCount(5, found);
        var texts = Rows().DistinctBy(row => row.Id).ToDictionary(row => row.Id, row => row.Document);
        var scores = model.Transform(_ml.Data.LoadFromEnumerable(found.Select(document => new Row { Query = "wing flow", Document = texts[document.Id] })))
            .GetColumn<float>("Score").ToArray();
        for (var place = 0; place < found.Count; place++)
        {
            Assert.AreEqual(scores[place], found[place].Score, 1e-4f);
        }
        CollectionAssert.AreEqual(scores.OrderDescending().ToArray(), scores);
    }

    [TestMethod]
    public void StepsThatReadNoMoreThanTheTextsAreTaken_AndOthersLeftOut()
    {
        var pipeline = _ml.Transforms.Conversion.MapValueToKey("GroupId", "Name").Append(_ml.Transforms.LexicalScore("Bm25"))
            .Append(_ml.Ranking.Trainers.NeuralRanking(Options(options => options.NumberColumnNames = ["Bm25"])));
        var model = pipeline.Fit(Data());
        using var ranker = model.CreateRanker();
        ranker.Add("a", "wing flow over a plate");
        ranker.Add("b", "a wing and heat in slabs behind the shock");
        var found = ranker.Rank("wing flow");
        var scored = model.Transform(_ml.Data.LoadFromEnumerable([
            new Row { Query = "wing flow", Document = "wing flow over a plate", Name = "q0" },
            new Row { Query = "wing flow", Document = "a wing and heat in slabs behind the shock", Name = "q0" }])).GetColumn<float>("Score").ToArray();
        Assert.AreEqual(scored[0], found.Single(document => document.Id == "a").Score, 1e-4f);
        Assert.AreEqual(scored[1], found.Single(document => document.Id == "b").Score, 1e-4f);
        model.Dispose();
    }

    [TestMethod]
    public void ManyDocuments_HaveTheModelsScores_AlsoInParts()
    {
        using var model = Trained();
        using var ranker = Many(model, 60);
        var found = ranker.Rank("wing", top: 60);
        Assert.HasCount(60, found);
        Row[] rows = [.. found.Select(document => new Row { Query = "wing", Document = TextOf(int.Parse(document.Id, CultureInfo.InvariantCulture)) })];
        var scores = model.Transform(_ml.Data.LoadFromEnumerable(rows)).GetColumn<float>("Score").ToArray();
        for (var place = 0; place < scores.Length; place++)
        {
            Assert.AreEqual(scores[place], found[place].Score, 1e-4f);
        }
        Assert.IsGreaterThan(7, scores.Distinct().Count());
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    public void EachPartOfAQuery_IsScoredByOneThread_WhateverItsCallerHas()
    {
        const int many = 3;
        ConcurrentBag<int> threads = [];
        using var model = Trained();
        model.Model.Network.register_forward_hook((_, _, scores) =>
        {
            threads.Add(ThreadCount.Current);
            return scores;
        });
        using var ranker = Many(model, 60);
        using (ThreadCount.Hold(many))
        {
            _ = ranker.Rank("wing");
            Assert.AreEqual(many, ThreadCount.Current);
        }
        Assert.IsGreaterThan(1, threads.Count);
        Assert.IsTrue(threads.All(count => count == 1), string.Join(' ', threads));
    }

    [TestMethod]
    public void WhatAPartThrows_IsThrown()
    {
        var pipeline = _ml.Transforms.Conversion.MapValueToKey("GroupId", "Name")
            .Append(_ml.Transforms.CustomMapping<Text, Length>(
                (row, made) => made.Extra = row.Document.EndsWith("59", StringComparison.Ordinal) ? float.NaN : row.Document.Length, null))
            .Append(_ml.Ranking.Trainers.NeuralRanking(Options(options => options.NumberColumnNames = ["Extra"])));
        using var model = pipeline.Fit(Data());
        using var ranker = Many(model, 60);
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => ranker.Rank("wing")).Message, "'Extra'");
    }

    [TestMethod]
    public void SavedAndLoadedWithItsModel_ItRanksTheSame_AndIsNoOthers()
    {
        var path = Path.GetTempFileName();
        using var model = Trained();
        using var other = Trained(options => options.Training.Seed = 7);
        using var ranker = model.CreateRanker(Documents(), "Id");
        ranker.Remove("d3");
        ranker.Save(path);
        using var stream = new MemoryStream();
        _ml.Model.Save(model, Data().Schema, stream);
        stream.Position = 0;
        var loaded = _ml.Model.Load(stream, out _);
        using var again = loaded.LoadRanker(path);
        CollectionAssert.AreEqual(ranker.Rank("heat in slabs").ToArray(), again.Rank("heat in slabs").ToArray());
        StringAssert.Contains(Assert.ThrowsExactly<FormatException>(() => other.LoadRanker(path)).Message, "it was saved with the second stage");
        File.Delete(path);
    }

    [TestMethod]
    public void ManyThreadsRank()
    {
        using var model = Trained();
        using var ranker = model.CreateRanker(Documents(), "Id");
        var expected = s_words.ToDictionary(word => word, word => ranker.Rank(word));
        Parallel.For(0, 64, new ParallelOptions { MaxDegreeOfParallelism = 4 }, turn =>
        {
            var word = s_words[turn % s_words.Length];
            var found = ranker.Rank(word);
            Assert.HasCount(expected[word].Count, found);
            for (var place = 0; place < found.Count; place++)
            {
                Assert.AreEqual(expected[word][place].Score, found[place].Score, 1e-5f);
            }
        });
    }

    [TestMethod]
    public void WhatCannotRankIsRefused()
    {
        using var numbers = Trained(options => options.NumberColumnNames = ["Number"]);
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => numbers.CreateRanker()).Message, "reads the column 'Number', which no step of the model makes");
        var words = _ml.Transforms.LexicalScore("Bm25").Fit(Data());
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => words.CreateRanker()).Message, "0 parts that NeuralRanking trained");
        var model = Trained();
        var ranker = model.CreateRanker(Documents(), "Id");
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => ranker.Add("d1", "wing")).Message, "d1");
        model.Dispose();
        Assert.ThrowsExactly<ObjectDisposedException>(() => ranker.Rank("wing"));
        Assert.ThrowsExactly<ObjectDisposedException>(() => model.CreateRanker());
        ranker.Dispose();
    }

    private NetworkTransformer Trained(Action<NeuralRankingOptions>? change = null)
    {
        var data = Data();
        var keyed = _ml.Transforms.Conversion.MapValueToKey("GroupId", "Name").Fit(data).Transform(data);
        return _ml.Ranking.Trainers.NeuralRanking(Options(change)).Fit(keyed);
    }

    private static NeuralRankingOptions Options(Action<NeuralRankingOptions>? change = null)
    {
        var options = new NeuralRankingOptions { EnsembleSize = 1, EmbeddingSize = 8 };
        (options.Training.Epochs, options.Training.Seed) = (2, 1);
        change?.Invoke(options);
        return options;
    }

    private IDataView Data() => _ml.Data.LoadFromEnumerable(Rows());

    private IDataView Documents() => _ml.Data.LoadFromEnumerable(Rows().DistinctBy(row => row.Id));

    private static IEnumerable<Row> Rows()
    {
        for (var query = 0; query < s_words.Length; query++)
        {
            for (var document = 0; document < s_words.Length; document++)
            {
                var text = $"{s_words[document]} {s_words[(document + 1) % s_words.Length]} {s_words[(document + 3) % s_words.Length]}";
                yield return new()
                {
                    Id = $"d{document}",
                    Name = $"q{query}",
                    Query = $"{s_words[query]} thing",
                    Document = text,
                    Label = text.StartsWith(s_words[query], StringComparison.Ordinal) ? 1 : 0,
                    Number = document,
                };
            }
        }
    }

    private static Ranker Many(ITransformer model, int count)
    {
        var ranker = model.CreateRanker();
        for (var document = 0; document < count; document++)
        {
            ranker.Add($"{document}", TextOf(document));
        }
        return ranker;
    }

    private static string TextOf(int document) =>
        $"wing {string.Join(' ', Enumerable.Range(0, 1 + (document % 7)).Select(place => s_words[(document + place) % s_words.Length]))} {document}";

    private sealed class Row
    {
        public string Id { get; set; } = "";

        public string Name { get; set; } = "";

        public string Query { get; set; } = "";

        public string Document { get; set; } = "";

        public float Label { get; set; }

        public float Number { get; set; }
    }

    private sealed class Text
    {
        public string Document { get; set; } = "";
    }

    private sealed class Length
    {
        public float Extra { get; set; }
    }
}
