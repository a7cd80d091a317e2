using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Conformal;

namespace Microsoft.ML.Extensions.Core.Tests.Conformal;

[TestClass]
public sealed class ConformalSetTests
{
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
        var model = Set(new() { Method = method, Coverage = 0.8 }).Fit(ScoredClasses.View(_ml, ScoredClasses.Rows(random, 1000)));
        var metrics = _ml.MulticlassClassification.EvaluateSets(model.Transform(ScoredClasses.View(_ml, ScoredClasses.Rows(random, 10_000))));
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
        var (few, many) = (ScoredClasses.Rows(random, 3000, hard: true), ScoredClasses.View(_ml, ScoredClasses.Rows(random, 20_000, hard: true)));
        var together = Set(new() { Coverage = 0.8 }).Fit(ScoredClasses.View(_ml, few)).Transform(many);
        var each = Set(new() { Coverage = 0.8, PerClass = true }).Fit(ScoredClasses.View(_ml, few)).Transform(many);
        Assert.IsLessThan(0.7, _ml.MulticlassClassification.EvaluateSets(together).CoverageByClass[2]);
        foreach (var coverage in _ml.MulticlassClassification.EvaluateSets(each).CoverageByClass)
        {
            Assert.IsInRange(0.75, 0.86, coverage);
        }
    }

    [TestMethod]
    public void Sets_BecomeTheNamesOfClasses_AlsoAfterLoading()
    {
        var view = ScoredClasses.View(_ml, ScoredClasses.Rows(new Random(1), 200));
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
            CollectionAssert.IsSubsetOf(before[row], ScoredClasses.Names);
        }
        var first = view.GetColumn<float[]>("Score").Select(scores => ScoredClasses.Names[Array.IndexOf(scores, scores.Max())]);
        CollectionAssert.AreEqual(first.ToArray(), before.Select(set => set[0]).ToArray());
    }

    [TestMethod]
    public void RowsWithoutALabel_AreLeftOut()
    {
        var rows = ScoredClasses.Rows(new Random(1), 200);
        var sets = Set(new()).Fit(ScoredClasses.View(_ml, rows)).Transform(ScoredClasses.View(_ml, rows));
        ScoredClasses.Row[] more = [.. rows, .. Enumerable.Range(0, 300).Select(_ => new ScoredClasses.Row { Label = "d", Score = [0.1f, 0.1f, 0.8f] })];
        var with = Set(new()).Fit(ScoredClasses.View(_ml, more)).Transform(ScoredClasses.View(_ml, rows));
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

    private void AssertRefused<TException>(string fragment, Action<ScoredClasses.Row[]> spoil, ConformalSetOptions? options = null)
        where TException : Exception
    {
        var rows = ScoredClasses.Rows(new Random(1), 100);
        spoil(rows);
        StringAssert.Contains(Assert.ThrowsExactly<TException>(() => Set(options ?? new()).Fit(ScoredClasses.View(_ml, rows))).Message, fragment);
    }

    private ConformalSetEstimator Set(ConformalSetOptions options) => _ml.MulticlassClassification.ConformalSet(options);
}
