using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Core.Tests.Conformal;

namespace Microsoft.ML.Extensions.Core.Tests.Calibration;

[TestClass]
public sealed class TemperatureScalingTests
{
    private readonly MLContext _ml = new(1);

    // The rows are right as often as they say; their probabilities are then made too sure, or not sure enough.
    [TestMethod]
    [DataRow(0.4)]
    [DataRow(1.0)]
    [DataRow(3.0)]
    public void Probabilities_BecomeThoseThatWereTrue(double power)
    {
        var random = new Random(1);
        var model = _ml.MulticlassClassification.TemperatureScaling().Fit(View(ScoredClasses.Rows(random, 4000), power));
        var later = ScoredClasses.Rows(random, 200);
        var found = Scores(model.Transform(View(later, power)));
        var spoiled = Scores(View(later, power));
        double Far(float[][] scores) => scores.Zip(later).Average(pair => pair.First.Zip(pair.Second.Score).Average(values => Math.Abs(values.First - values.Second)));
        Assert.IsLessThan(0.02, Far(found));
        Assert.IsTrue(power == 1 || Far(spoiled) > 0.08, $"{Far(spoiled)}");
    }

    [TestMethod]
    public void Classes_StayInTheirOrder_AndAllElseStays_AlsoAfterLoading()
    {
        var view = View(ScoredClasses.Rows(new Random(1), 300), 0.5);
        var model = _ml.MulticlassClassification.TemperatureScaling().Fit(view);
        using var file = new MemoryStream();
        _ml.Model.Save(model, view.Schema, file);
        file.Position = 0;
        var (scored, loaded) = (model.Transform(view), new MLContext().Model.Load(file, out _).Transform(view));
        foreach (var ((before, after), again) in Scores(view).Zip(Scores(scored)).Zip(Scores(loaded)))
        {
            CollectionAssert.AreEqual(after, again);
            Assert.AreEqual(1, after.Sum(), 1e-6);
            CollectionAssert.AreEqual(Order(before), Order(after));
        }
        CollectionAssert.AreEqual(view.GetColumn<uint>("PredictedLabel").ToArray(), scored.GetColumn<uint>("PredictedLabel").ToArray());
        var (metrics, old) = (_ml.MulticlassClassification.Evaluate(scored), _ml.MulticlassClassification.Evaluate(view));
        Assert.AreEqual(old.MicroAccuracy, metrics.MicroAccuracy);

        static int[] Order(float[] scores) => [.. Enumerable.Range(0, scores.Length).OrderBy(kind => scores[kind])];
    }

    // Each row is right and certain: the temperature stays a number, and so do probabilities of 0.
    [TestMethod]
    public void CertainRows_StayProbabilities()
    {
        var rows = Enumerable.Range(0, 50).Select(row => new ScoredClasses.Row
        {
            Label = ScoredClasses.Names[row % 3],
            Predicted = ScoredClasses.Names[row % 3],
            Score = [.. Enumerable.Range(0, 3).Select(kind => kind == row % 3 ? 1f : 0f)],
        }).ToArray();
        foreach (var scores in Scores(_ml.MulticlassClassification.TemperatureScaling().Fit(View(rows, 1)).Transform(View(rows, 1))))
        {
            Assert.AreEqual(1, scores.Sum(), 1e-6);
            Assert.IsGreaterThan(0.9f, scores.Max());
        }
    }

    // A fifth of them is wrong, with a probability of 0 for the label.
    [TestMethod]
    public void RowsThatWereTooCertain_BecomeAsSureAsTheyAreRight()
    {
        var rows = Enumerable.Range(0, 100).Select(row => new ScoredClasses.Row
        {
            Label = ScoredClasses.Names[row % 5 == 0 ? (row + 1) % 3 : row % 3],
            Predicted = ScoredClasses.Names[row % 3],
            Score = [.. Enumerable.Range(0, 3).Select(kind => kind == row % 3 ? 1f : 0f)],
        }).ToArray();
        foreach (var scores in Scores(_ml.MulticlassClassification.TemperatureScaling().Fit(View(rows, 1)).Transform(View(rows, 1))))
        {
            Assert.AreEqual(0.8, scores.Max(), 0.03);
        }
    }

    [TestMethod]
    public void RowsWithoutALabel_AreLeftOut_AndWithoutAnyThereIsNone()
    {
        var rows = ScoredClasses.Rows(new Random(1), 200);
        ScoredClasses.Row[] others = [.. Enumerable.Range(0, 300).Select(_ => new ScoredClasses.Row { Label = "d", Predicted = "a", Score = [0.9f, 0.05f, 0.05f] })];
        CollectionAssert.AreEqual(Fitted(rows), Fitted([.. rows, .. others]));
        StringAssert.Contains(Assert.ThrowsExactly<InvalidOperationException>(() => Fitted(others)).Message, "no row has a label in column 'Label'");

        float[] Fitted(ScoredClasses.Row[] learned) => [.. Scores(_ml.MulticlassClassification.TemperatureScaling().Fit(View(learned, 0.5)).Transform(View(rows, 0.5))).SelectMany(row => row)];
    }

    [TestMethod]
    public void BadRowsAndColumns_AreRefusedByName()
    {
        var rows = ScoredClasses.Rows(new Random(1), 20);
        AssertRefused<ArgumentOutOfRangeException>("must be a key of UInt32 of 3 classes", "Two");
        AssertRefused<ArgumentOutOfRangeException>("whose 1. is 'a', got 'b' there", "Other");
        AssertRefused<ArgumentOutOfRangeException>("3 probabilities", "Label", "Text");
        AssertRefused<ArgumentOutOfRangeException>("MapKeyToValue", "Label", "Score", "Text");
        Assert.ThrowsExactly<ArgumentException>(() => _ml.MulticlassClassification.TemperatureScaling(""));
        rows[3].Score = [0.5f, 0.2f, float.NaN];
        AssertRefused<InvalidDataException>("row 3", "Label");

        void AssertRefused<TException>(string fragment, string label, string score = "Score", string predicted = "PredictedLabel") where TException : Exception =>
            StringAssert.Contains(Assert.ThrowsExactly<TException>(() => _ml.MulticlassClassification.TemperatureScaling(label, score, predicted)
                .Fit(ScoredClasses.View(_ml, rows))).Message, fragment);
    }

    [TestMethod]
    public void OtherNumbersOfClasses_AreRefused()
    {
        var view = View(ScoredClasses.Rows(new Random(1), 50), 1);
        var model = _ml.MulticlassClassification.TemperatureScaling().Fit(view);
        var two = _ml.Data.LoadFromEnumerable([new Two { PredictedLabel = 1, Score = [0.5f, 0.5f] }]);
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => model.Transform(two)).Message, "3 probabilities as when the temperature was learned");
    }

    private IDataView View(ScoredClasses.Row[] rows, double power) => ScoredClasses.View(_ml, [.. rows.Select(row =>
    {
        float[] scores = [.. row.Score.Select(score => (float)Math.Pow(score, power))];
        return new ScoredClasses.Row { Label = row.Label, Predicted = row.Predicted, Score = [.. scores.Select(score => score / scores.Sum())] };
    })]);

    private static float[][] Scores(IDataView view) => [.. view.GetColumn<float[]>("Score")];

    private sealed class Two
    {
        [KeyType(2)]
        public uint PredictedLabel { get; set; }

        [VectorType(2)]
        public float[] Score { get; set; } = [];
    }
}
