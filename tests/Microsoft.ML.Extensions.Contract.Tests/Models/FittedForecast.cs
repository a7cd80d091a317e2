using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Sequence;

namespace Microsoft.ML.Extensions.Contract.Tests;

/// <summary>A small forecaster of two series with two covariates.</summary>
internal static class FittedForecast
{
    public const int Channels = 4, Targets = 2, Horizon = 3;

    /// <summary>Options that together have all parts of a forecast without a distribution.</summary>
    public static IEnumerable<Action<ForecastOptions>> Choices =>
    [
        _ => { },
        .. Enum.GetValues<ForecastNormalization>().Select(normalization => (Action<ForecastOptions>)(forecast => forecast.Normalization = normalization)),
        forecast => forecast.Quantiles = [0.1, 0.5, 0.9],
        forecast => forecast.KnownChannels = 1,
        forecast => forecast.ChannelIndependent = false,
        forecast => (forecast.ChannelIndependent, forecast.Quantiles, forecast.KnownChannels) = (false, [0.2, 0.8], 1),
        forecast => forecast.Linear = false,
        forecast => forecast.LinearOnly = true,
        forecast => (forecast.PatchLength, forecast.LinearWindow) = (1, 5),
    ];

    public static NetworkTransformer Fit(MLContext ml, bool unequal, Action<ForecastOptions> change, out IDataView data, Action<ParaRnnOptions>? alter = null)
    {
        var schema = SchemaDefinition.Create(typeof(Row));
        schema["Features"].ColumnType = new VectorDataViewType(NumberDataViewType.Single, unequal ? 0 : 12, Channels);
        schema["Label"].ColumnType = new VectorDataViewType(NumberDataViewType.Single, Horizon, Targets);
        data = ml.Data.LoadFromEnumerable(Rows(unequal), schema);
        var forecast = new ForecastOptions();
        change(forecast);
        var options = new ParaRnnOptions { HiddenSize = 8, Layers = 1, EnsembleSize = 2, Training = { Epochs = 3, LearningRate = 0.05 } };
        alter?.Invoke(options);
        return ml.Forecasting.Trainers.ParaRnn(options, forecast).Fit(data);
    }

    // Whole numbers, which are counts, too.
    private static Row[] Rows(bool unequal)
    {
        var random = new Random(1);
        return [.. Enumerable.Range(0, 60).Select(i =>
        {
            var steps = unequal ? random.Next(Horizon, 30) : 12;
            var phase = random.NextSingle() * 6;
            float Value(int step, int channel) => (100 * (channel + 1)) + MathF.Round((10 * MathF.Sin(phase + (0.5f * step) + channel)) + random.NextSingle());
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
