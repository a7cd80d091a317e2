using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Sequence.Tests.RandomConvolution;

[TestClass]
public sealed class RandomConvolutionTrainerTests
{
    private readonly MLContext _ml = new(TrainedSeed.From(1));

    [TestMethod, Trained]
    public void Defaults_LearnClassesFlagsAndNumbers()
    {
        var (train, test) = (Shapes(90, 1), Shapes(300, 2));
        using var classes = Classes(_ml.MulticlassClassification.Trainers.RandomConvolution()).Fit(train);
        using var flags = _ml.BinaryClassification.Trainers.RandomConvolution("IsFirst").Fit(train);
        using var numbers = _ml.Regression.Trainers.RandomConvolution("Target").Fit(train);
        var metrics = _ml.MulticlassClassification.Evaluate(classes.Transform(test));
        TrainedBound.Above(metrics.MicroAccuracy, 0.95, "accuracy, classes");
        TrainedBound.Below(metrics.LogLoss, 0.2, "log loss");
        TrainedBound.Above(_ml.BinaryClassification.Evaluate(flags.Transform(test), "IsFirst").Accuracy, 0.95, "accuracy, flags");
        TrainedBound.Above(_ml.Regression.Evaluate(numbers.Transform(test), "Target").RSquared, 0.4, "R squared");
    }

    // With random labels, a model that is more confident than chance would be wrong.
    [TestMethod, Trained]
    public void LabelsThatRowsDoNotTell_GetProbabilitiesNearTheirShares()
    {
        var random = new Random(TrainedSeed.From(1));
        var rows = TinyData.Rows(120, TrainedSeed.From(3));
        foreach (var row in rows)
        {
            (row.IsFirst, row.Target) = (random.Next(2) == 0, (float)Normal.Next(random));
        }
        var (train, test) = (View(rows[..60]), View(rows[60..]));
        using var flags = _ml.BinaryClassification.Trainers.RandomConvolution("IsFirst").Fit(train);
        TrainedBound.Below(_ml.BinaryClassification.Evaluate(flags.Transform(test), "IsFirst").LogLoss, 1.25,
            "log loss in bits; chance has 1");
    }

    [TestMethod]
    public void NumbersThatRowsDoNotTell_GetTheMean_AndTheLogSaysSo()
    {
        var rows = TinyData.Rows(40, 3);
        for (var i = 0; i < rows.Length; i++)
        {
            rows[i].Features = [.. Enumerable.Repeat((float)(i % 2), 16)];
            rows[i].Target = i / 2 % 2;
        }
        var log = new List<string>();
        _ml.Log += (_, e) => log.Add(e.Message);
        using var model = _ml.Regression.Trainers.RandomConvolution("Target").Fit(View(rows));
        foreach (var score in model.Transform(View(rows)).GetColumn<float>("Score"))
        {
            Assert.AreEqual(0.5f, score);
        }
        Assert.IsTrue(log.Any(line => line.Contains("no penalty is better than the mean", StringComparison.Ordinal)));
    }

    [TestMethod]
    public void Row_HasTheSameBits_AloneAndAmongOthers()
    {
        var rows = TinyData.Rows(40, 1, 2, 3, 90, 2);
        using var model = Regression(rows, 0, 2);
        var together = Scores(model, rows, 0, 2);
        for (var i = 0; i < rows.Length; i++)
        {
            Assert.AreEqual(together[i], Scores(model, [rows[i]], 0, 2)[0]);
        }
    }

    [TestMethod]
    public void Weights_DecideWhatTheMeanIs()
    {
        var rows = TinyData.Rows(24, 1).Select((row, i) => new WeightedRow { Features = row.Features, Target = row.Target, Weight = i % 3 })
            .ToArray();
        using var model = _ml.Regression.Trainers.RandomConvolution(new RandomConvolutionOptions
        {
            LabelColumnName = "Target",
            ExampleWeightColumnName = "Weight",
            Features = 1000,
            Ridge = 1e9,
        }).Fit(Weighted(rows));
        var mean = rows.Sum(row => row.Weight * row.Target) / rows.Sum(row => row.Weight);
        Assert.AreEqual(mean, model.Transform(Weighted(rows)).GetColumn<float>("Score").First(), 1e-5);
    }

    [TestMethod]
    public void OneRowAClass_IsReported()
    {
        var rows = CylinderBellFunnel.Rows(3, 1);
        using var model = Classes(_ml.MulticlassClassification.Trainers.RandomConvolution()).Fit(View(rows, 128));
        var scored = model.Transform(View(rows, 128));
        CollectionAssert.AreEqual(new uint[] { 1, 2, 3 }, scored.GetColumn<uint>("PredictedLabel").ToArray());
        Assert.IsTrue(scored.GetColumn<float[]>("Score").All(row => row.All(float.IsFinite)));
    }

    [TestMethod]
    [DataRow(1, 1)]
    [DataRow(2, 40)]
    [DataRow(5, 1)]
    public void RowsShorterThanAKernel_AndMoreChannelsThanRows_GiveScores(int steps, int channels)
    {
        var rows = TinyData.Rows(12, 1, 2, steps, steps, channels);
        using var model = Regression(rows, steps, channels);
        Assert.IsTrue(Scores(model, rows, steps, channels).All(float.IsFinite));
    }

    [TestMethod]
    public void ConstantRows_AndRowsLongerOrShorterThanTraining_GiveScores()
    {
        var rows = TinyData.Rows(12, 1, 2, 16, 16, 1);
        foreach (var row in rows)
        {
            row.Features.AsSpan().Fill(row.Target);
        }
        using var model = Regression(rows, 0, 1);
        SequenceRow[] others = [.. new[] { 1, 8, 1000 }.Select(steps => new SequenceRow { Features = new float[steps] })];
        Assert.IsTrue(Scores(model, others, 0, 1).All(float.IsFinite));
    }

    [TestMethod]
    public void ClassWithoutRows_IsNeverPredicted()
    {
        var all = View(CylinderBellFunnel.Rows(30, 1), 128);
        var keys = _ml.Transforms.Conversion.MapValueToKey("Label").Fit(all);
        var some = keys.Transform(View([.. CylinderBellFunnel.Rows(30, 1).Where(row => row.Label != "bell")], 128));
        using var model = _ml.MulticlassClassification.Trainers.RandomConvolution().Fit(some);
        foreach (var row in model.Transform(keys.Transform(all)).GetColumn<float[]>("Score"))
        {
            Assert.IsLessThan(0.05f, row[1]);
        }
    }

    [TestMethod]
    public void WhatDoesNotFitTheMemory_IsRefusedWithWhatItNeeds()
    {
        var trainer = _ml.Regression.Trainers.RandomConvolution(
            new RandomConvolutionOptions { LabelColumnName = "Target", MemoryLimitMegabytes = 1 });
        var e = Assert.ThrowsExactly<InvalidOperationException>(() => trainer.Fit(View(TinyData.Rows(60, 1))));
        StringAssert.Contains(e.Message, "MemoryLimitMegabytes allows 1; set Features lower");
        var many = Enumerable.Range(0, 300).Select(i => new SequenceRow { Features = new float[1000] }).ToArray();
        e = Assert.ThrowsExactly<InvalidOperationException>(() => trainer.Fit(View(many, 1000)));
        StringAssert.Contains(e.Message, "The 300 training rows take more than MemoryLimitMegabytes 1");
    }

    // More rows than are used to choose the penalty, and more than features: the primal system.
    [TestMethod, Trained]
    public void ManyRows_AreAllLearnedFrom()
    {
        var rows = TinyData.Rows(2300, TrainedSeed.From(1), 2);
        using var model = _ml.BinaryClassification.Trainers.RandomConvolution(
            new RandomConvolutionOptions { LabelColumnName = "IsFirst", Features = 336, Pooling = RandomConvolutionPooling.Share })
                .Fit(View(rows));
        var metrics = _ml.BinaryClassification.Evaluate(model.Transform(View(TinyData.Rows(300, TrainedSeed.From(2), 2))), "IsFirst");
        TrainedBound.Above(metrics.Accuracy, 0.97, "accuracy");
    }

    [TestMethod]
    public void Streaming_IsRefusedByName()
    {
        using var model = Regression(TinyData.Rows(12, 1), 16, 1);
        var e = Assert.ThrowsExactly<NotSupportedException>(() => model.Stream());
        StringAssert.Contains(e.Message, "RandomConvolution");
        StringAssert.Contains(e.Message, "its features are of whole rows; use a trainer that goes step by step, such as ParaRnn");
    }

    private NetworkTransformer Regression(SequenceRow[] rows, int steps, int channels) =>
        _ml.Regression.Trainers.RandomConvolution("Target", features: 1000).Fit(View(rows, steps, channels));

    private float[] Scores(NetworkTransformer model, SequenceRow[] rows, int steps, int channels) =>
        [.. model.Transform(View(rows, steps, channels)).GetColumn<float>("Score")];

    private IDataView Shapes(int count, int seed) =>
        View(CylinderBellFunnel.Rows(count, TrainedSeed.From(seed)), CylinderBellFunnel.Length);

    private IDataView View(IEnumerable<SequenceRow> rows, int steps = 16, int channels = 1) =>
        SequenceRow.ToDataView(_ml, rows, steps, channels);

    private EstimatorChain<NetworkTransformer> Classes(IEstimator<NetworkTransformer> trainer) =>
        _ml.Transforms.Conversion.MapValueToKey("Label").Append(trainer);

    private IDataView Weighted(WeightedRow[] rows)
    {
        var schema = SchemaDefinition.Create(typeof(WeightedRow));
        schema["Features"].ColumnType = new VectorDataViewType(NumberDataViewType.Single, 16);
        return _ml.Data.LoadFromEnumerable(rows, schema);
    }

    private sealed class WeightedRow
    {
        public float[] Features { get; set; } = [];

        public float Target { get; set; }

        public float Weight { get; set; }
    }
}
