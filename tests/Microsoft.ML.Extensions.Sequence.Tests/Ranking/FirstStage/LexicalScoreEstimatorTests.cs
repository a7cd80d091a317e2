using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Sequence.Tests.Data;

namespace Microsoft.ML.Extensions.Sequence.Tests;

[TestClass]
public sealed class LexicalScoreEstimatorTests
{
    private static readonly string[] s_documents = ["the flow past a wing", "flow past a flat plate, flow of air", "heat in slabs", ""];

    private readonly MLContext _ml = new(1);

    [TestMethod]
    [DataRow(false, LexicalModel.Bm25)]
    [DataRow(true, LexicalModel.Bm25)]
    [DataRow(true, LexicalModel.QueryLikelihood)]
    public void RowsScoreAsTheIndexOfTheirDocumentsDoes(bool feedback, LexicalModel model)
    {
        var options = new LexicalOptions { Model = model, Feedback = feedback ? new() : null };
        using var ranker = _ml.Ranking.CreateRanker(new() { FirstStage = options });
        for (var i = 0; i < s_documents.Length; i++)
        {
            ranker.Add($"{i}", s_documents[i]);
        }
        var rows = View("wing flow", "heat");
        var view = TransformChecks.FitAndCheck(_ml, _ml.Transforms.LexicalScore(options: options), rows);
        var scores = view.GetColumn<float>("Score").ToArray();
        foreach (var (query, first) in new[] { ("wing flow", 0), ("heat", 4) })
        {
            var found = ranker.Rank(query).ToDictionary(document => int.Parse(document.Id), document => document.Score);
            Assert.IsNotEmpty(found);
            foreach (var (document, score) in found)
            {
                Assert.AreEqual(score, scores[first + document], 1e-6f, $"{query}: {document}");
            }
        }
        if (model == LexicalModel.Bm25)
        {
            Assert.AreEqual(0, scores[3]);
        }
    }

    [TestMethod]
    public void ADocumentOfManyRowsCountsOnce()
    {
        var once = _ml.Transforms.LexicalScore().Fit(View("a")).Transform(View("flow wing")).GetColumn<float>("Score").ToArray();
        var often = _ml.Transforms.LexicalScore().Fit(View("a", "b", "c")).Transform(View("flow wing")).GetColumn<float>("Score").ToArray();
        CollectionAssert.AreEqual(once, often);
        Assert.IsGreaterThan(0, once[0]);
    }

    [TestMethod]
    public void StatisticsAreThoseOfTrainingAndNotOfTheRowsThatAreScored()
    {
        var model = _ml.Transforms.LexicalScore().Fit(View("a"));
        var one = _ml.Data.LoadFromEnumerable(new[] { new Row { Query = "wing", Document = s_documents[0] } });
        Assert.AreEqual(model.Transform(View("wing")).GetColumn<float>("Score").First(),
            model.Transform(one).GetColumn<float>("Score").Single());
        var other = _ml.Data.LoadFromEnumerable(
            new[] { new Row { Query = "zeppelin", Document = "zeppelin" }, new Row { Query = "", Document = "flow" } });
        CollectionAssert.AreEqual(new[] { 0f, 0f }, model.Transform(other).GetColumn<float>("Score").ToArray());
    }

    [TestMethod]
    public void SeveralColumnsAreFields()
    {
        var rows = _ml.Data.LoadFromEnumerable(new[] { new Row { Query = "flow", Title = "flow", Document = "x" },
            new Row { Query = "flow", Title = "x", Document = "flow" } });
        var scores = TransformChecks.FitAndCheck(
            _ml, _ml.Transforms.LexicalScore("Score", "Query", ["Title", "Document"], new() { FieldWeights = [3, 1] }), rows)
            .GetColumn<float>("Score").ToArray();
        Assert.IsGreaterThan(scores[1], scores[0]);
    }

    [TestMethod]
    public void WhatCannotBeScoredIsRefused()
    {
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ml.Transforms.LexicalScore(documentColumnName: "Number").Fit(View("a")));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ml.Transforms.LexicalScore(queryColumnName: "Number").Fit(View("a")));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ml.Transforms.LexicalScore(queryColumnName: "Nowhere").Fit(View("a")));
        StringAssert.Contains(Assert.ThrowsExactly<InvalidOperationException>(() => _ml.Transforms.LexicalScore().Fit(View())).Message,
            "no rows to learn from");
        var message = Assert.ThrowsExactly<ArgumentException>(() =>
            _ml.Transforms.LexicalScore("Score", "Query", ["a", ""], new() { FieldWeights = [1], FieldB = [1, 1, 1], K1 = -1 })).Message;
        foreach (var part in new[] { "an empty one", "FieldWeights has 1 numbers for 2", "FieldB has 3 numbers for 2", "Options.K1 is -1" })
        {
            StringAssert.Contains(message, part);
        }
    }

    private IDataView View(params string[] queries) =>
        _ml.Data.LoadFromEnumerable(
            queries.SelectMany(query => s_documents.Select(document => new Row { Query = query, Document = document })));

    private sealed class Row
    {
        public string Query { get; set; } = "";

        public string Title { get; set; } = "";

        public string Document { get; set; } = "";

        public float Number { get; set; }
    }
}
