using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Conformal;

namespace Microsoft.ML.Extensions.Core.Tests.Conformal;

[TestClass]
public sealed class ConformalSetTests
{
    private static readonly string[] Classes = ["a", "b", "c"];

    private readonly MLContext _ml = new(1);

    [TestMethod]
    public void Scores_AreThoseOfTheDefinitions()
    {
        float[] probabilities = [0.25f, 0.5f, 0.125f, 0.125f];
        var order = ConformalScores.Order(probabilities);
        CollectionAssert.AreEqual(new[] { 1, 0, 2, 3 }, order);
        CollectionAssert.AreEqual(new[] { 0.75f, 0.5f, 0.875f, 0.875f }, ConformalScores.Of(probabilities, order, ConformalSetMethod.LeastAmbiguous));
        CollectionAssert.AreEqual(new[] { 0.75f, 0.5f, 1f, 1f }, ConformalScores.Of(probabilities, order, ConformalSetMethod.Adaptive));
    }

    [TestMethod]
    public void Set_HasTheClassesUpToTheThreshold_TheMostProbableFirst_AndNeverNone()
    {
        float[] probabilities = [0.25f, 0.5f, 0.125f, 0.125f];
        CollectionAssert.AreEqual(new[] { 1, 0 }, Set(ConformalSetMethod.LeastAmbiguous, [0.8, 0.8, 0.8, 0.8]));
        CollectionAssert.AreEqual(new[] { 1, 0, 3 }, Set(ConformalSetMethod.LeastAmbiguous, [0.8, 0.8, 0.8, 0.9]));
        CollectionAssert.AreEqual(new[] { 1 }, Set(ConformalSetMethod.LeastAmbiguous, [0.1, 0.1, 0.1, 0.1]));
        CollectionAssert.AreEqual(new[] { 1, 0 }, Set(ConformalSetMethod.Adaptive, [0.8, 0.8, 0.8, 0.8]));
        CollectionAssert.AreEqual(new[] { 1, 0, 2, 3 }, Set(ConformalSetMethod.Adaptive, [1, 1, 1, 1]));

        int[] Set(ConformalSetMethod method, double[] thresholds) => new ConformalSets("Score", "PredictedLabel", "Set", 0.9, method, thresholds).Of(probabilities);
    }

    [TestMethod]
    [DataRow(ConformalSetMethod.LeastAmbiguous)]
    [DataRow(ConformalSetMethod.Adaptive)]
    public void RowsLikeThose_AreCovered_AndMetricsSaySo(ConformalSetMethod method)
    {
        var random = new Random(1);
        var model = Set(new() { Method = method, Coverage = 0.8 }).Fit(Scored(Rows(random, 1000)));
        var metrics = _ml.MulticlassClassification.EvaluateSets(model.Transform(Scored(Rows(random, 10_000))));
        Assert.IsInRange(0.76, method == ConformalSetMethod.LeastAmbiguous ? 0.84 : 1, metrics.Coverage);
        Assert.IsInRange(1, 2.5, metrics.MeanSize);
        Assert.IsInRange(0.05, 0.95, metrics.SingleShare);
        Assert.AreEqual(10_000, metrics.Rows);
    }

    // Rows of c are hard: together they are covered too seldom, by themselves as often as the others.
    [TestMethod]
    public void PerClass_CoversTheRareAndHardOnesToo()
    {
        var random = new Random(1);
        var (few, many) = (Rows(random, 3000, hard: true), Scored(Rows(random, 20_000, hard: true)));
        var together = Set(new() { Coverage = 0.8 }).Fit(Scored(few)).Transform(many);
        var each = Set(new() { Coverage = 0.8, PerClass = true }).Fit(Scored(few)).Transform(many);
        Assert.IsLessThan(0.7, _ml.MulticlassClassification.EvaluateSets(together).CoverageByClass[2]);
        foreach (var coverage in _ml.MulticlassClassification.EvaluateSets(each).CoverageByClass)
        {
            Assert.IsInRange(0.75, 0.86, coverage);
        }
    }

    [TestMethod]
    public void Sets_BecomeTheNamesOfClasses_AlsoAfterLoading()
    {
        var view = Scored(Rows(new Random(1), 200));
        var model = Set(new()).Append(_ml.Transforms.Conversion.MapKeyToValue("PredictedLabels")).Fit(view);
        using var file = new MemoryStream();
        _ml.Model.Save(model, view.Schema, file);
        file.Position = 0;
        var loaded = new MLContext().Model.Load(file, out _);
        string[][] Names(ITransformer chain) => [.. chain.Transform(view).GetColumn<string[]>("PredictedLabels")];
        var (before, after) = (Names(model), Names(loaded));
        for (var row = 0; row < before.Length; row++)
        {
            CollectionAssert.AreEqual(before[row], after[row]);
            CollectionAssert.IsSubsetOf(before[row], Classes);
        }
        var first = view.GetColumn<float[]>("Score").Select(scores => Classes[Array.IndexOf(scores, scores.Max())]);
        CollectionAssert.AreEqual(first.ToArray(), before.Select(set => set[0]).ToArray());
    }

    [TestMethod]
    public void RowsWithoutALabel_AreLeftOut()
    {
        var rows = Rows(new Random(1), 200);
        var sets = Set(new()).Fit(Scored(rows)).Transform(Scored(rows));
        Row[] more = [.. rows, .. Enumerable.Range(0, 300).Select(_ => new Row { Label = "d", Score = [0.1f, 0.1f, 0.8f] })];
        var with = Set(new()).Fit(Scored(more)).Transform(Scored(rows));
        Assert.AreEqual(_ml.MulticlassClassification.EvaluateSets(sets).MeanSize, _ml.MulticlassClassification.EvaluateSets(with).MeanSize);
    }

    [TestMethod]
    public void BadRowsAndColumns_AreRefusedByName()
    {
        AssertRefused<InvalidDataException>("row 3", rows => rows[3].Score = [3, 2, -1]);
        AssertRefused<InvalidDataException>("no probabilities", rows => rows[3].Score = [0.5f, 0.2f, float.NaN]);
        AssertRefused<InvalidDataException>("no probabilities", rows => rows[3].Score = [0.5f, 0.2f, 0.2f]);
        AssertRefused<InvalidOperationException>("class 'b' (PerClass is true), has", rows => Array.ForEach(rows, row => row.Label = row.Label == "b" ? "a" : row.Label), new() { PerClass = true });
        AssertRefused<ArgumentOutOfRangeException>("must be a key of UInt32 of 3 classes", _ => { }, new() { LabelColumnName = "Two" });
        AssertRefused<ArgumentOutOfRangeException>("whose 1. is 'a', got 'b' there", _ => { }, new() { LabelColumnName = "Other" });
        AssertRefused<ArgumentOutOfRangeException>("MapKeyToValue", _ => { }, new() { PredictedLabelColumnName = "Text" });
        AssertRefused<ArgumentOutOfRangeException>("3 probabilities", _ => { }, new() { ScoreColumnName = "Text" });
    }

    private void AssertRefused<TException>(string fragment, Action<Row[]> spoil, ConformalSetOptions? options = null)
        where TException : Exception
    {
        var rows = Rows(new Random(1), 100);
        spoil(rows);
        StringAssert.Contains(Assert.ThrowsExactly<TException>(() => Set(options ?? new()).Fit(Scored(rows))).Message, fragment);
    }

    private ConformalSetEstimator Set(ConformalSetOptions options) => _ml.MulticlassClassification.ConformalSet(options);

    // As a classifier leaves them: the label and the predicted label as keys of the same classes.
    private IDataView Scored(Row[] rows)
    {
        var keys = _ml.Data.LoadFromEnumerable(Classes.Select(name => new Name { Value = name }));
        var turned = _ml.Data.LoadFromEnumerable(Classes.Skip(1).Append("a").Select(name => new Name { Value = name }));
        var two = _ml.Data.LoadFromEnumerable(Classes.Take(2).Select(name => new Name { Value = name }));
        var view = _ml.Data.LoadFromEnumerable(rows);
        return _ml.Transforms.Conversion.MapValueToKey("PredictedLabel", "Predicted", keyData: keys)
            .Append(_ml.Transforms.Conversion.MapValueToKey("Other", "Label", keyData: turned))
            .Append(_ml.Transforms.Conversion.MapValueToKey("Two", "Label", keyData: two))
            .Append(_ml.Transforms.CopyColumns("Text", "Label"))
            .Append(_ml.Transforms.Conversion.MapValueToKey("Label", keyData: keys))
            .Fit(view).Transform(view);
    }

    // The classifier is right as often as it says, except that it takes half of the hard class for another.
    private static Row[] Rows(Random random, int count, bool hard = false) => [.. Enumerable.Range(0, count).Select(_ =>
    {
        float[] scores = [random.NextSingle(), random.NextSingle(), random.NextSingle()];
        scores = [.. scores.Select(score => score * score * score / scores.Sum(other => other * other * other))];
        var draw = random.NextSingle();
        var kind = draw < scores[0] ? 0 : draw < scores[0] + scores[1] ? 1 : 2;
        if (hard && kind == 2 && random.Next(2) == 0)
        {
            (scores[0], scores[2]) = (Math.Max(scores[0], scores[2]), Math.Min(scores[0], scores[2]));
        }
        return new Row { Label = Classes[kind], Predicted = Classes[Array.IndexOf(scores, scores.Max())], Score = scores };
    })];

    private sealed class Row
    {
        public string Label { get; set; } = "";

        public string Predicted { get; set; } = "";

        [VectorType(3)]
        public float[] Score { get; set; } = [];
    }

    private sealed class Name
    {
        public string Value { get; set; } = "";
    }
}
