using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Sequence.Tests.Data;
using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Sequence.Tests.Forecasting;

/// <summary>The head and the network around each forecaster, by way of one of them.</summary>
[TestClass]
public sealed class ForecastTests
{
    private readonly MLContext _ml = new(1);

    [TestMethod, Trained]
    public void LinearPart_ForecastsSeriesThatFollowALinearLaw()
    {
        var data = SeriesTable.Load(_ml, SeriesTable.Sines(400));
        var scored = Fit(data, ["First", "Second"], new ForecastOptions { LinearOnly = true }, out var model);
        using var _ = model;
        // The second series alone has a variance of 50.
        TrainedBound.Below(_ml.Forecasting.Evaluate(scored).MeanSquaredError, 0.1, "squared error");
        Assert.AreEqual(0, Network(model).Model.ParameterCount, "what is solved in closed form is not trained");
    }

    [TestMethod, Trained]
    public void Training_BeginsAtTheLinearModel_AndKeepsItWhereTheNetworkOnlyHarms()
    {
        var table = SeriesTable.Load(_ml, SeriesTable.Sines(150, noise: 4));
        var window = _ml.Transforms.Sequences.ForecastWindow(["First"], 12, 4).Fit(table);
        var data = window.Transform(table);
        var later = window.Transform(SeriesTable.Load(_ml, SeriesTable.Sines(150, noise: 4, seed: 2)));
        var options = SeriesTable.Small();
        options.Training.LearningRate = 1;
        using var corrected = _ml.Forecasting.Trainers.ParaRnn(options).Fit(data, later);
        using var linear = _ml.Forecasting.Trainers.ParaRnn(options, new ForecastOptions { LinearOnly = true }).Fit(data, later);
        double Error(NetworkTransformer model) => _ml.Forecasting.Evaluate(model.Transform(later)).MeanSquaredError;
        TrainedBound.Below(Error(corrected) - Error(linear), 1e-6, "squared error beyond the linear model's");
    }

    [TestMethod, Trained]
    [DataRow(ForecastNormalization.LastValue, true)]
    [DataRow(ForecastNormalization.LastValue, false)]
    [DataRow(ForecastNormalization.MeanAndDeviation, true)]
    [DataRow(ForecastNormalization.MeanAndDeviation, false)]
    public void NormalizedForecasts_FollowShiftAndScaleOfTheWindow(ForecastNormalization normalization, bool linear)
    {
        var data = SeriesTable.Load(_ml, SeriesTable.Sines(120, noise: 0.5));
        Fit(data, ["First"], new ForecastOptions { Normalization = normalization, Linear = linear }, out var model);
        using var _ = model;
        var original = SeriesTable.Sines(60, noise: 0.5, seed: 5);
        var moved = original.Select(row => new SeriesRow { First = (3 * row.First) + 100 });
        var (first, second) = (Scores(model, original), Scores(model, moved));
        foreach (var (one, other) in first.Zip(second))
        {
            // The part of the deviation that constant windows have is not scaled, so the law is almost exact.
            TrainedBound.Near(one.Select(value => (3.0 * value) + 100), other.Select(value => (double)value), 2e-3,
                "difference of forecasts");
        }
    }

    [TestMethod, Trained]
    public void IndependentChannels_MoveWithTheirSeries()
    {
        var data = SeriesTable.Load(_ml, SeriesTable.Sines(120, noise: 0.5));
        Fit(data, ["First", "Second"], new ForecastOptions(), out var model);
        using var _ = model;
        var rows = SeriesTable.Sines(60, noise: 0.5, seed: 5);
        var other = rows.Select(row => new SeriesRow { First = row.First, Second = 1000 }).ToArray();
        foreach (var (one, changed) in Scores(model, rows).Zip(Scores(model, other)))
        {
            for (var step = 0; step < 4; step++)
            {
                TrainedBound.Near(one[2 * step], changed[2 * step], 1e-5, "difference of forecasts");
                Assert.AreNotEqual(one[(2 * step) + 1], changed[(2 * step) + 1]);
            }
        }
    }

    [TestMethod, Trained]
    public void JointChannels_InformEachOther()
    {
        // The second series is the first, three steps before.
        var noise = SeriesTable.Sines(603, noise: 0).Select(_ => 0f).ToArray();
        var random = new Random(TrainedSeed.From(1));
        for (var t = 0; t < noise.Length; t++)
        {
            noise[t] = random.NextSingle();
        }
        var rows = Enumerable.Range(3, 600).Select(t => new SeriesRow { First = noise[t], Second = noise[t - 3] });
        var data = SeriesTable.Load(_ml, rows);
        var window = _ml.Transforms.Sequences.ForecastWindow(["Second"], 8, 3, inputColumnNames: ["First"]).Fit(data).Transform(data);
        var options = SeriesTable.Small(30);
        (options.Training.LearningRate, options.Pooling) = (0.02, SequencePooling.Last);
        using var model = _ml.Forecasting.Trainers.ParaRnn(
            options, new ForecastOptions { Normalization = ForecastNormalization.None, PatchLength = 1 }).Fit(window);
        // A uniform variable's variance is 1/12.
        TrainedBound.Below(_ml.Forecasting.Evaluate(model.Transform(window)).MeanSquaredError, 0.5 / 12, "squared error");
    }

    [TestMethod, Trained]
    public void KnownColumns_TellWhatThePastDoesNot()
    {
        var data = SeriesTable.Load(_ml, SeriesTable.Planned(400));
        var without = Fit(data, ["First"], new ForecastOptions(), out var blind);
        using var _ = blind;
        var window = _ml.Transforms.Sequences.ForecastWindow(["First"], 12, 4, knownColumnNames: ["Plan"]).Fit(data).Transform(data);
        var options = SeriesTable.Small(40);
        options.Training.LearningRate = 0.03;
        using var model = _ml.Forecasting.Trainers.ParaRnn(options, new ForecastOptions { Normalization = ForecastNormalization.None }).Fit(window);
        TrainedBound.Above(_ml.Forecasting.Evaluate(without).MeanSquaredError, 0.8, "squared error without the plan");
        TrainedBound.Below(_ml.Forecasting.Evaluate(model.Transform(window)).MeanSquaredError, 0.1, "squared error with it");
    }

    [TestMethod, Trained]
    public void Quantiles_Rise_AndCoverAboutWhatTheySay()
    {
        var table = SeriesTable.Load(_ml, SeriesTable.Sines(600, noise: 4));
        var window = _ml.Transforms.Sequences.ForecastWindow(["First"], 12, 3).Fit(table).Transform(table);
        var options = SeriesTable.Small(15);
        options.Training.LearningRate = 0.02;
        using var model = _ml.Forecasting.Trainers.ParaRnn(options, new ForecastOptions { Quantiles = [0.1, 0.5, 0.9] }).Fit(window);
        var scored = model.Transform(window);
        CollectionAssert.AreEqual(new[] { 3, 3 }, scored.Dimensions("Quantiles"));
        CollectionAssert.AreEqual(new[] { "q0.1 First[t+1]", "q0.1 First[t+2]" }, scored.SlotNames("Quantiles")[..2]);
        var (within, all) = (0, 0);
        foreach (var (quantiles, label) in scored.Vectors("Quantiles").Zip(scored.Vectors("Label")))
        {
            for (var step = 0; step < 3; step++)
            {
                Assert.IsTrue(quantiles[step] <= quantiles[3 + step] && quantiles[3 + step] <= quantiles[6 + step]);
                within += label[step] >= quantiles[step] && label[step] <= quantiles[6 + step] ? 1 : 0;
                all++;
            }
        }
        TrainedBound.Near(0.8, (double)within / all, 0.1, "coverage beside .8");
    }

    [TestMethod, Trained]
    public void RowsThatAreShorterThanTheLinearWindow_AreForecastToo()
    {
        var rows = SeriesTable.Sines(200);
        var examples = Enumerable.Range(0, 150).Select(start => new Example
        {
            Features = [.. rows.Skip(start).Take(3 + (start % 20)).Select(row => row.First)],
            Label = [.. rows.Skip(start + 3 + (start % 20)).Take(2).Select(row => row.First)],
        });
        var definition = SchemaDefinition.Create(typeof(Example));
        definition["Features"].ColumnType = new VectorDataViewType(NumberDataViewType.Single);
        var data = _ml.Data.LoadFromEnumerable(examples, definition);
        using var model = _ml.Forecasting.Trainers.ParaRnn(SeriesTable.Small(), new ForecastOptions { LinearWindow = 10 }).Fit(data);
        TrainedBound.Below(_ml.Forecasting.Evaluate(model.Transform(data)).MeanSquaredError, 0.5 * 0.5, "squared error");
    }

    [TestMethod]
    public void Patches_AreSoManyFewerStepsOfTheNetwork()
    {
        var data = Windows(["First", "Second"]);
        foreach (var (patch, channels) in new[] { (1, 1L), (5, 5), (64, 64) })
        {
            using var model = _ml.Forecasting.Trainers.ParaRnn(SeriesTable.Small(), new ForecastOptions { PatchLength = patch }).Fit(data);
            var embedding = model.Model.ParameterShapes.Single(shape => shape.Key.EndsWith("embedding.weight", StringComparison.Ordinal));
            CollectionAssert.AreEqual(new[] { 8, channels }, embedding.Value);
            Assert.IsTrue(model.Transform(data).Vectors("Score").All(score => score.All(float.IsFinite)));
        }
    }

    [TestMethod]
    public void MoreTargetsThanChannels_AreRefusedByColumn()
    {
        var data = _ml.Data.LoadFromEnumerable([new TwoTargets { Features = [1, 2, 3], Label = [1, 2, 3, 4] }]);
        AssertRefused(data, null, "'Features'", "1 channels", "2 targets");
    }

    [TestMethod]
    public void KnownChannelsThatAreNotThere_AreRefusedByColumn()
    {
        var data = Windows(["First"]);
        AssertRefused(data, new ForecastOptions { KnownChannels = 1 }, "'Features'", "KnownChannels is 1", "at least 2");
    }

    [TestMethod]
    public void KnownChannels_ComeFromTheWindow_AlsoStandardizedOrUnderAnotherName()
    {
        var table = SeriesTable.Load(_ml, SeriesTable.Planned(60));
        var window = _ml.Transforms.Sequences.ForecastWindow(["First"], 12, 4, inputColumnNames: ["Second"], knownColumnNames: ["Plan"]);
        var copied = window.Append(_ml.Transforms.Sequences.Standardize("Scaled", "Features"))
            .Append(_ml.Transforms.CopyColumns("Copy", "Scaled"));
        var data = copied.Fit(table).Transform(table);
        foreach (var (column, said) in new[] { ("Features", 0), ("Scaled", 0), ("Copy", 0), ("Features", 1) })
        {
            var options = SeriesTable.Small();
            options.FeatureColumnName = column;
            using var model = _ml.Forecasting.Trainers.ParaRnn(options, new ForecastOptions { KnownChannels = said }).Fit(data);
            CollectionAssert.AreEqual(new long[] { 1, 1 }, model.Model.ParameterShapes["known"], column);
        }
    }

    [TestMethod]
    public void OtherKnownChannelsThanTheWindowHas_AreRefusedByColumn()
    {
        var table = SeriesTable.Load(_ml, SeriesTable.Planned(60));
        var data = _ml.Transforms.Sequences.ForecastWindow(["First"], 12, 4, ["Second"], knownColumnNames: ["Plan"]).Fit(table)
            .Transform(table);
        AssertRefused(data, new ForecastOptions { KnownChannels = 2 }, "'Features'", "1 channels known in advance", "KnownChannels is 2",
            "leave KnownChannels at 0");
    }

    [TestMethod]
    public void ForecastOfMoreNumbersThanAreAllowed_IsRefusedBeforeAnyRowIsRead()
    {
        var definition = SchemaDefinition.Create(typeof(Example));
        definition["Features"].ColumnType = new VectorDataViewType(NumberDataViewType.Single, 3);
        definition["Label"].ColumnType = new VectorDataViewType(NumberDataViewType.Single, 1 << 12, 1 << 11);
        var data = _ml.Data.LoadFromEnumerable(Unreadable(), definition);
        AssertRefused(data, new ForecastOptions { Quantiles = [0.1, 0.9] }, "'Label' with 2 quantiles", "3 x 4,096 x 2,048",
            "allowed are 16,777,216");

        static IEnumerable<Example> Unreadable() =>
            Enumerable.Range(0, 1).Select<int, Example>(_ => throw new AssertFailedException("a row is read"));
    }

    [TestMethod]
    public void KnownChannelsOfAWindowThatIsTooShort_AreRefused()
    {
        var table = SeriesTable.Load(_ml, SeriesTable.Planned(30));
        var data = _ml.Transforms.Sequences.ForecastWindow(["First"], 3, 4, knownColumnNames: ["Plan"]).Fit(table).Transform(table);
        AssertRefused(data, new ForecastOptions { KnownChannels = 1 }, "3 steps", "the label 4");
    }

    [TestMethod]
    public void Keys_AreRefused()
    {
        var data = _ml.Data.LoadFromEnumerable([new Words { Texts = ["a", "b", "c"], Label = [1, 2] }]);
        data = _ml.Transforms.Conversion.MapValueToKey("Keys", "Texts").Fit(data).Transform(data);
        var options = SeriesTable.Small();
        options.FeatureColumnName = "Keys";
        var e = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ml.Forecasting.Trainers.ParaRnn(options).Fit(data));
        StringAssert.Contains(e.Message, "'Keys' holds keys");
    }

    [TestMethod, Trained]
    [DataRow(3e38f)]
    [DataRow(-3e38f)]
    [DataRow(1e30f)]
    [DataRow(1e-30f)]
    public void ConstantSeries_IsForecastAsItIs_HoweverLarge(float value)
    {
        var rows = Enumerable.Range(0, 60).Select(_ => new SeriesRow { First = value }).ToArray();
        _ = Fit(SeriesTable.Load(_ml, rows), ["First"], new ForecastOptions(), out var model);
        using var _1 = model;
        foreach (var score in Scores(model, rows).SelectMany(row => row))
        {
            TrainedBound.Near(1, score / value, 1e-6, "forecast over the value");
        }
    }

    [TestMethod]
    public void OptionsThatContradictEachOther_AreRefusedTogether()
    {
        var options = new ForecastOptions
        {
            LinearOnly = true,
            Linear = false,
            Quantiles = [0.9, 0.1],
            LinearWindow = -1,
            QuantilesColumnName = ""
        };
        var e = Assert.ThrowsExactly<ArgumentException>(() => _ml.Forecasting.Trainers.ParaRnn(new ParaRnnOptions(), options));
        foreach (var fragment in new[] { "LinearOnly is true and Linear is false", "Quantiles is 0.9, 0.1", "LinearWindow is -1",
            "QuantilesColumnName is empty", "quantiles come from the network" })
        {
            StringAssert.Contains(e.Message, fragment);
        }
    }

    [TestMethod]
    public void LaterChangesOfTheOptions_DoNotReachTheTrainer()
    {
        var options = new ForecastOptions { Quantiles = [0.1] };
        var trainer = _ml.Forecasting.Trainers.ParaRnn(SeriesTable.Small(), options);
        options.Quantiles[0] = 0.7;
        options.QuantilesColumnName = "Changed";
        using var model = trainer.Fit(Windows(["First"]));
        Assert.AreEqual("q0.1 First[t+1]", model.Transform(Windows(["First"])).SlotNames("Quantiles")[0]);
    }

    [TestMethod]
    public void SavedForecaster_ForecastsTheSame()
    {
        var table = SeriesTable.Load(_ml, SeriesTable.Sines(80, noise: 1));
        var model = _ml.Transforms.Sequences.ForecastWindow(["First", "Second"], 12, 4)
            .Append(_ml.Forecasting.Trainers.ParaRnn(SeriesTable.Small(), new ForecastOptions { Quantiles = [0.1, 0.9] })).Fit(table);
        using var _ = model;
        var loaded = TransformChecks.Reload(_ml, model, table.Schema);
        foreach (var column in new[] { "Score", "Quantiles" })
        {
            CollectionAssert.AreEqual(
                model.Transform(table).Vectors(column).SelectMany(v => v).ToArray(), loaded.Transform(table).Vectors(column)
                    .SelectMany(v => v).ToArray());
        }
        (loaded as IDisposable)?.Dispose();
    }

    [TestMethod]
    public void Evaluate_MeasuresBySteps_AndLeavesOutTheValuesThatAreNotKnown()
    {
        var data = _ml.Data.LoadFromEnumerable(
        [
            new Scored { Label = [1, 2], Score = [2, 4] },
            new Scored { Label = [0, 0], Score = [-1, 0] },
            new Scored { Label = [0, float.NaN], Score = [2, 0] },
            new Scored { Label = [float.NaN, float.NaN], Score = [100, 100] },
        ]);
        var metrics = _ml.Forecasting.Evaluate(data);
        Assert.AreEqual((3, 5, 3), (metrics.Rows, metrics.Values, metrics.MissingValues));
        CollectionAssert.AreEqual(new double[] { 2, 2 }, metrics.SquaredErrorByStep.ToArray());
        CollectionAssert.AreEqual(new[] { 4 / 3.0, 1 }, metrics.AbsoluteErrorByStep.ToArray());
        Assert.AreEqual((2, 1.2, Math.Sqrt(2)), (metrics.MeanSquaredError, metrics.MeanAbsoluteError, metrics.RootMeanSquaredError));
    }

    [TestMethod]
    public void Evaluate_RefusesWhatItCannotCompare()
    {
        var unknown = _ml.Data.LoadFromEnumerable([new Scored { Label = [float.NaN, float.NaN], Score = [0, 0] }]);
        StringAssert.Contains(
            Assert.ThrowsExactly<InvalidOperationException>(() => _ml.Forecasting.Evaluate(unknown)).Message, "nothing to compare");
        var e = Assert.ThrowsExactly<ArgumentOutOfRangeException>(
            () => _ml.Forecasting.Evaluate(Windows(["First"]), scoreColumnName: "Features"));
        StringAssert.Contains(e.Message, "Score column 'Features' must be of the label's type");
    }

    private void AssertRefused(IDataView data, ForecastOptions? forecast, params string[] fragments)
    {
        var e = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ml.Forecasting.Trainers.ParaRnn(SeriesTable.Small(), forecast).Fit(data));
        Array.ForEach(fragments, fragment => StringAssert.Contains(e.Message, fragment));
    }

    private IDataView Windows(string[] columns)
    {
        var table = SeriesTable.Load(_ml, SeriesTable.Sines(60, noise: 0.5));
        return _ml.Transforms.Sequences.ForecastWindow(columns, 12, 4).Fit(table).Transform(table);
    }

    private IDataView Fit(IDataView table, string[] columns, ForecastOptions forecast, out TransformerChain<NetworkTransformer> model)
    {
        model = _ml.Transforms.Sequences.ForecastWindow(columns, 12, 4).Append(_ml.Forecasting.Trainers.ParaRnn(SeriesTable.Small(), forecast))
            .Fit(table);
        return model.Transform(table);
    }

    private static NetworkTransformer Network(TransformerChain<NetworkTransformer> model) => model.LastTransformer;

    private float[][] Scores(ITransformer model, IEnumerable<SeriesRow> rows) =>
        model.Transform(SeriesTable.Load(_ml, rows)).Vectors("Score");

    private sealed class Example
    {
        public float[] Features { get; set; } = [];

        [VectorType(2)]
        public float[] Label { get; set; } = [];
    }

    private sealed class Words
    {
        [VectorType(3)]
        public string[] Texts { get; set; } = [];

        [VectorType(2)]
        public float[] Label { get; set; } = [];
    }

    private sealed class TwoTargets
    {
        [VectorType(3)]
        public float[] Features { get; set; } = [];

        [VectorType(2, 2)]
        public float[] Label { get; set; } = [];
    }

    private sealed class Scored
    {
        [VectorType(2)]
        public float[] Label { get; set; } = [];

        [VectorType(2)]
        public float[] Score { get; set; } = [];
    }
}
