using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Sequence;
using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Contract.Tests;

/// <summary>Forecasts of an ONNX file are those of ML.NET, for every option of them.</summary>
[TestClass]
public sealed class OnnxForecastTests
{
    private const double Tolerance = 1e-5;

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void EveryOption_ScoresTheSame(bool unequal)
    {
        foreach (var choice in FittedForecast.Choices)
        {
            AssertSame(unequal, choice);
        }
    }

    [TestMethod]
    [DataRow(ForecastDistribution.Normal)]
    [DataRow(ForecastDistribution.StudentT)]
    [DataRow(ForecastDistribution.NegativeBinomial)]
    public void MeanOfADistribution_IsTheSame(ForecastDistribution distribution)
    {
        AssertSame(unequal: true, forecast => forecast.Distribution = distribution);
        AssertSame(unequal: false, forecast => (forecast.Distribution, forecast.LinearOnly) = (distribution, true));
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    public void QuantilesOfANormalDistribution_AreTheSame(int networks)
    {
        AssertSame(unequal: true, forecast => (forecast.Distribution, forecast.Quantiles) = (ForecastDistribution.Normal, [0.05, 0.5, 0.95]), networks);
        AssertSame(
            unequal: false, forecast => (forecast.Distribution, forecast.Quantiles, forecast.LinearOnly) = (ForecastDistribution.Normal, [0.2, 0.8], true), networks);
    }

    [TestMethod]
    [DataRow(ForecastDistribution.StudentT)]
    [DataRow(ForecastDistribution.NegativeBinomial)]
    public void QuantilesOfOthers_AreRefusedByName(ForecastDistribution distribution)
    {
        var ml = new MLContext(1);
        using var model = FittedForecast.Fit(
            ml, unequal: false, forecast => (forecast.Distribution, forecast.Quantiles) = (distribution, [0.1, 0.9]), out var data);
        using var file = new MemoryStream();
        var e = Assert.ThrowsExactly<InvalidOperationException>(() => ml.Model.ConvertToOnnx(model, data, file));
        StringAssert.Contains(e.Message, "'Score'");
        StringAssert.Contains(e.Message, $"{distribution}");
        Assert.AreEqual(0, file.Length, "A model was written.");
    }

    [TestMethod]
    public void WindowsOfATable_AreTheInput()
    {
        var ml = new MLContext(1);
        var table = ml.Data.LoadFromEnumerable(Enumerable.Range(0, 80).Select(step => new Sale { Sales = MathF.Sin(step) }).ToArray());
        var windows = ml.Transforms.Sequences.ForecastWindow(["Sales"], length: 16, horizon: 4).Fit(table).Transform(table);
        using var model = ml.Forecasting.Trainers.ParaRnn(new ParaRnnOptions { HiddenSize = 8, EnsembleSize = 1, Training = { Epochs = 1 } }).Fit(windows);
        var data = ml.Data.Cache(ml.Transforms.SelectColumns("Features").Fit(windows).Transform(windows));
        using var run = new OnnxRun(ml, model, data, "Features");
        AssertNear(
            [.. model.Transform(data).GetColumn<float[]>("Score").SelectMany(score => score)],
            run.Outputs<float, float>([.. data.GetColumn<float[]>("Features")], "Score"), "Score");
    }

    [TestMethod]
    public void SeriesWithoutAValue_HasNoForecast()
    {
        var ml = new MLContext(1);
        using var model = FittedForecast.Fit(ml, unequal: true, _ => { }, out var data, options => options.MissingValues = MissingValues.ForwardFill);
        using var run = new OnnxRun(ml, model, data, "Features");
        var row = data.GetColumn<float[]>("Features").First();
        foreach (var (channel, isMissing) in new[] { (0, true), (FittedForecast.Targets, false) })
        {
            var own = row.Select((value, at) => at % FittedForecast.Channels == channel ? float.NaN : value).ToArray();
            Assert.AreEqual(isMissing, run.Outputs<float, float>([own], "Score").All(float.IsNaN), $"channel {channel}");
        }
    }

    private static void AssertSame(bool unequal, Action<ForecastOptions> change, int networks = 2)
    {
        var ml = new MLContext(1);
        using var model = FittedForecast.Fit(ml, unequal, change, out var data, options => options.EnsembleSize = networks);
        using var run = new OnnxRun(ml, model, data, "Features");
        var (scored, rows) = (model.Transform(data), data.GetColumn<float[]>("Features").ToArray());
        foreach (var column in new[] { "Score", "Quantiles" }.Where(name => scored.Schema.GetColumnOrNull(name) is not null))
        {
            var wanted = scored.GetColumn<float[]>(column).ToArray();
            for (var row = 0; row < rows.Length; row++)
            {
                AssertNear(wanted[row], run.Outputs<float, float>([rows[row]], column), $"{column} of row {row}");
            }
            var alike = Enumerable.Range(0, rows.Length).Where(row => rows[row].Length == rows[0].Length).ToArray();
            AssertNear([.. alike.SelectMany(row => wanted[row])], run.Outputs<float, float>([.. alike.Select(row => rows[row])], column), $"{column}, together");
        }
    }

    private sealed class Sale
    {
        public float Sales { get; set; }
    }

    private static void AssertNear(float[] wanted, float[] got, string name)
    {
        Assert.HasCount(wanted.Length, got, name);
        for (var i = 0; i < wanted.Length; i++)
        {
            Assert.AreEqual(wanted[i], got[i], Tolerance * Math.Max(1, Math.Abs(wanted[i])), $"{name}, number {i}");
        }
    }
}
