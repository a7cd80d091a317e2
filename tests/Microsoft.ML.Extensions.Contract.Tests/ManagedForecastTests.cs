using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Sequence;

namespace Microsoft.ML.Extensions.Contract.Tests;

/// <summary>Forecasts score as C# kernels what libtorch scores, for every option of them; those of a distribution need libtorch.</summary>
[TestClass]
public sealed class ManagedForecastTests
{
    private const int Channels = 4, Targets = 2, Horizon = 3;

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void EveryOption_ScoresTheSame(bool unequal)
    {
        AssertSame(unequal, _ => { });
        foreach (var normalization in Enum.GetValues<ForecastNormalization>())
        {
            AssertSame(unequal, forecast => forecast.Normalization = normalization);
        }
        AssertSame(unequal, forecast => forecast.Quantiles = [0.1, 0.5, 0.9]);
        AssertSame(unequal, forecast => forecast.KnownChannels = 1);
        AssertSame(unequal, forecast => forecast.ChannelIndependent = false);
        AssertSame(unequal, forecast => (forecast.ChannelIndependent, forecast.Quantiles, forecast.KnownChannels) = (false, [0.2, 0.8], 1));
        AssertSame(unequal, forecast => forecast.Linear = false);
        AssertSame(unequal, forecast => forecast.LinearOnly = true);
        AssertSame(unequal, forecast => (forecast.PatchLength, forecast.LinearWindow) = (1, 5));
    }

    [TestMethod]
    public void Distribution_IsScoredByLibtorch()
    {
        using var model = Fit(new MLContext(1), unequal: false, forecast => forecast.Distribution = ForecastDistribution.Normal, out _);
        Assert.IsFalse(model.IsManaged);
    }

    private static void AssertSame(bool unequal, Action<ForecastOptions> change)
    {
        var ml = new MLContext(1);
        using var model = Fit(ml, unequal, change, out var data);
        using var reference = model.Copies.WithKernels(null);
        Assert.IsTrue(model.IsManaged);
        foreach (var column in new[] { "Score", "Quantiles" }.Where(name => model.GetOutputSchema(data.Schema).GetColumnOrNull(name) is not null))
        {
            var (wanted, got) = (reference.Transform(data).GetColumn<float[]>(column).ToArray(), model.Transform(data).GetColumn<float[]>(column).ToArray());
            Assert.HasCount(wanted.Length, got);
            for (var row = 0; row < wanted.Length; row++)
            {
                for (var i = 0; i < wanted[row].Length; i++)
                {
                    Assert.AreEqual(wanted[row][i], got[row][i], 1e-5 * Math.Max(1, Math.Abs(wanted[row][i])), $"{column} of row {row}, number {i}");
                }
            }
        }
    }

    private static NetworkTransformer Fit(MLContext ml, bool unequal, Action<ForecastOptions> change, out IDataView data)
    {
        var schema = SchemaDefinition.Create(typeof(Row));
        schema["Features"].ColumnType = new VectorDataViewType(NumberDataViewType.Single, unequal ? 0 : 12, Channels);
        schema["Label"].ColumnType = new VectorDataViewType(NumberDataViewType.Single, Horizon, Targets);
        data = ml.Data.LoadFromEnumerable(Rows(unequal), schema);
        var forecast = new ForecastOptions();
        change(forecast);
        var options = new ParaRnnOptions { HiddenSize = 8, Layers = 1, EnsembleSize = 2, Training = { Epochs = 3, LearningRate = 0.05 } };
        return ml.Forecasting.Trainers.ParaRnn(options, forecast).Fit(data);
    }

    private static Row[] Rows(bool unequal)
    {
        var random = new Random(1);
        return [.. Enumerable.Range(0, 60).Select(i =>
        {
            var steps = unequal ? random.Next(Horizon, 30) : 12;
            var phase = random.NextSingle() * 6;
            float Value(int step, int channel) => (100 * (channel + 1)) + (10 * MathF.Sin(phase + (0.5f * step) + channel)) + random.NextSingle();
            return new Row
            {
                Features = [.. Enumerable.Range(0, steps * Channels).Select(at => Value(at / Channels, at % Channels))],
                Label = [.. Enumerable.Range(0, Horizon * Targets).Select(at => Value(steps + (at / Targets), at % Targets))],
            };
        })];
    }

    private sealed class Row
    {
        public float[] Features { get; set; } = [];

        public float[] Label { get; set; } = [];
    }
}
