using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Sequence.Tests.Data;
using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Sequence.Tests.Forecasting.Distributions;

/// <summary>Forecasters that learn a distribution, by way of one of them.</summary>
[TestClass]
public sealed class ForecastDistributionTests
{
    private const int Length = 12;
    private const int Horizon = 3;

    private readonly MLContext _ml = new(1);

    [TestMethod, Trained]
    [DataRow(ForecastDistribution.Normal, true)]
    [DataRow(ForecastDistribution.StudentT, true)]
    [DataRow(ForecastDistribution.NegativeBinomial, true)]
    [DataRow(ForecastDistribution.Normal, false)]
    [DataRow(ForecastDistribution.StudentT, false)]
    [DataRow(ForecastDistribution.NegativeBinomial, false)]
    public void Quantiles_CoverWhatTheySay(ForecastDistribution kind, bool linearOnly)
    {
        var rows = kind == ForecastDistribution.NegativeBinomial ? Counts(600) : SeriesTable.Sines(600, noise: 4);
        var later = kind == ForecastDistribution.NegativeBinomial ? Counts(600, seed: 2) : SeriesTable.Sines(600, noise: 4, seed: 2);
        var options = new ForecastOptions { Distribution = kind, Quantiles = [0.1, 0.5, 0.9], LinearOnly = linearOnly };
        using var model = Window().Append(_ml.Forecasting.Trainers.ParaRnn(SeriesTable.Small(), options)).Fit(SeriesTable.Load(_ml, rows));
        var scored = model.Transform(SeriesTable.Load(_ml, later));
        var metrics = _ml.Forecasting.Evaluate(scored, new ForecastEvaluationOptions { Quantiles = [0.1, 0.5, 0.9] });
        // Many of the counts are 0, so the quantile of .1 covers more.
        TrainedBound.Near(0.9, metrics.Coverage[2], 0.07, "coverage beside .9");
        if (kind == ForecastDistribution.NegativeBinomial)
        {
            Assert.IsTrue(scored.Vectors("Quantiles").SelectMany(row => row).All(value => value >= 0 && value == MathF.Floor(value)));
            Assert.IsTrue(scored.Vectors("Score").SelectMany(row => row).All(value => value > 0));
        }
        else
        {
            TrainedBound.Near(0.1, metrics.Coverage[0], 0.07, "coverage beside .1");
        }
        Assert.AreEqual(linearOnly, model.LastTransformer.Model.ParameterCount == 0);
    }

    // The plan tells how noisy the next value is: the network learns a deviation that is a tenth where the plan is 0.
    [TestMethod, Trained]
    public void Deviation_IsLearned()
    {
        var random = new Random(TrainedSeed.From(1));
        SeriesRow[] rows = [.. Enumerable.Range(0, 500).Select(_ => random.Next(2)).Select(plan => new SeriesRow
        {
            Plan = plan,
            First = (float)((random.NextDouble() - 0.5) * (plan == 1 ? 10 : 1)),
        })];
        var table = SeriesTable.Load(_ml, rows);
        var trainer = SeriesTable.Small(40);
        (trainer.Training.LearningRate, trainer.Pooling) = (0.02, SequencePooling.Last);
        var options = new ForecastOptions
        {
            Distribution = ForecastDistribution.Normal,
            Quantiles = [0.1, 0.9],
            Linear = false,
            Normalization = ForecastNormalization.None,
            PatchLength = 1,
        };
        using var model = _ml.Transforms.Sequences.ForecastWindow(["First"], 4, 1, knownColumnNames: ["Plan"])
            .Append(_ml.Forecasting.Trainers.ParaRnn(trainer, options)).Fit(table);
        var widths = model.Transform(table).Vectors("Quantiles").Zip(rows.Skip(4)).GroupBy(pair => pair.Second.Plan)
            .ToDictionary(group => group.Key, group => group.Average(pair => pair.First[1] - pair.First[0]));
        TrainedBound.Above(widths[1] / widths[0], 2.5, "width of noisy steps over that of calm ones");
    }

    [TestMethod, Trained]
    [DataRow(ForecastDistribution.Normal)]
    [DataRow(ForecastDistribution.StudentT)]
    public void Quantiles_FollowShiftAndScaleOfTheWindow(ForecastDistribution kind)
    {
        var rows = SeriesTable.Sines(200, noise: 1);
        using var model = Window().Append(_ml.Forecasting.Trainers.ParaRnn(SeriesTable.Small(), new ForecastOptions { Distribution = kind, Quantiles = [0.2] }))
            .Fit(SeriesTable.Load(_ml, rows));
        SeriesRow[] moved = [.. rows.Select(row => new SeriesRow { First = (3 * row.First) + 100 })];
        foreach (var (one, other) in Quantiles(rows).Zip(Quantiles(moved)))
        {
            TrainedBound.Near(one.Select(value => (3.0 * value) + 100), other.Select(value => (double)value), 2e-2, "difference of quantiles");
        }

        float[][] Quantiles(SeriesRow[] of) => model.Transform(SeriesTable.Load(_ml, of)).Vectors("Quantiles");
    }

    [TestMethod]
    [DataRow(ForecastDistribution.Normal)]
    [DataRow(ForecastDistribution.StudentT)]
    [DataRow(ForecastDistribution.NegativeBinomial)]
    public void SavedEnsemble_ForecastsTheSame_AndSoDoesTheEngine(ForecastDistribution kind)
    {
        var rows = Counts(120);
        var table = SeriesTable.Load(_ml, rows);
        var trainer = SeriesTable.Small();
        trainer.EnsembleSize = 2;
        using var model = Window().Append(_ml.Forecasting.Trainers.ParaRnn(trainer, new ForecastOptions { Distribution = kind, Quantiles = [0.1, 0.9] }))
            .Fit(table);
        var loaded = TransformChecks.Reload(_ml, model, table.Schema);
        var (expected, found) = (model.Transform(table), loaded.Transform(table));
        foreach (var column in new[] { "Score", "Quantiles" })
        {
            CollectionAssert.AreEqual(Flat(expected, column), Flat(found, column));
            Assert.IsTrue(Flat(expected, column).All(float.IsFinite));
        }
        CollectionAssert.AreEqual(new[] { 2, Horizon }, expected.Dimensions("Quantiles"));
        using var engine = _ml.Model.CreateForecastingEngine<SeriesRow, Forecast>(loaded);
        Array.ForEach(rows[..40], engine.Observe);
        var streamed = engine.Forecast();
        var row = 40 - Length;
        AssertClose(expected.Vectors("Score")[row], streamed.Score);
        AssertClose(expected.Vectors("Quantiles")[row], streamed.Quantiles);
        (loaded as IDisposable)?.Dispose();

        static float[] Flat(IDataView data, string column) => [.. data.Vectors(column).SelectMany(values => values)];
    }

    [TestMethod]
    [DataRow(2.5f, "2.5")]
    [DataRow(-1f, "-1")]
    [DataRow(2e7f, "20000000")]
    [DataRow(float.PositiveInfinity, "Infinity")]
    public void LabelThatIsNoCount_IsRefusedByRow(float value, string text)
    {
        var rows = Counts(60);
        rows[30].First = value;
        var pipeline = Window().Append(_ml.Forecasting.Trainers.ParaRnn(SeriesTable.Small(), new ForecastOptions { Distribution = ForecastDistribution.NegativeBinomial }));
        var message = Assert.ThrowsExactly<InvalidDataException>(() => pipeline.Fit(SeriesTable.Load(_ml, rows))).Message;
        StringAssert.Contains(message, $"Label column 'Label', row {30 - Length - Horizon + 1}: {text} is no count");
    }

    [TestMethod]
    public void MissingCounts_AreNoCountsThatAreRefused()
    {
        var rows = Counts(120);
        rows[60].First = float.NaN;
        var trainer = SeriesTable.Small();
        trainer.MissingValues = MissingValues.ForwardFill;
        using var model = Window().Append(_ml.Forecasting.Trainers.ParaRnn(trainer, new ForecastOptions { Distribution = ForecastDistribution.NegativeBinomial }))
            .Fit(SeriesTable.Load(_ml, rows));
        Assert.IsTrue(model.Transform(SeriesTable.Load(_ml, rows)).Vectors("Score").SelectMany(row => row).All(float.IsFinite));
    }

    [TestMethod]
    public void SeriesThatIsExact_HasAFiniteDistribution()
    {
        SeriesRow[] rows = [.. Enumerable.Range(0, 80).Select(t => new SeriesRow { First = 5 })];
        foreach (var kind in new[] { ForecastDistribution.Normal, ForecastDistribution.StudentT, ForecastDistribution.NegativeBinomial })
        {
            using var model = Window().Append(_ml.Forecasting.Trainers.ParaRnn(SeriesTable.Small(), new ForecastOptions { Distribution = kind, Quantiles = [0.3] }))
                .Fit(SeriesTable.Load(_ml, rows));
            Assert.IsTrue(model.Transform(SeriesTable.Load(_ml, rows)).Vectors("Quantiles").SelectMany(row => row).All(float.IsFinite));
        }
    }

    private SequenceWindowEstimator Window() => _ml.Transforms.Sequences.ForecastWindow(["First"], Length, Horizon);

    // Of the mean 4 and the dispersion .5: Poisson counts whose mean is a sum of two exponentials.
    private static SeriesRow[] Counts(int rows, int seed = 1)
    {
        var random = new Random(TrainedSeed.From(seed));
        return [.. Enumerable.Range(0, rows).Select(_ => new SeriesRow { First = Poisson(2 * (Exponential() + Exponential())) })];

        double Exponential() => -Math.Log(1 - random.NextDouble());

        int Poisson(double mean)
        {
            var (count, product) = (0, 1 - random.NextDouble());
            for (; product > Math.Exp(-mean); count++)
            {
                product *= 1 - random.NextDouble();
            }
            return count;
        }
    }

    private static void AssertClose(float[] expected, float[] actual)
    {
        Assert.HasCount(expected.Length, actual);
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.AreEqual(expected[i], actual[i], 1e-3);
        }
    }

    private sealed class Forecast
    {
        public float[] Score { get; set; } = [];

        public float[] Quantiles { get; set; } = [];
    }
}
