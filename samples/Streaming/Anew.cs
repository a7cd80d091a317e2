using System.Diagnostics;
using Microsoft.ML.Data;

namespace Microsoft.ML.Extensions.Samples;

/// <summary>The alternative without a streaming engine: scores all steps so far at every step.</summary>
internal static class Anew
{
    public static double SecondsPerStep(MLContext ml, ITransformer model, Sensor sensor, int channels)
    {
        var columns = SchemaDefinition.Create(typeof(Series));
        columns["Features"].ColumnType = new VectorDataViewType(NumberDataViewType.Single, 0, channels);
        using var engine = ml.Model.CreatePredictionEngine<Series, Prediction>(
            model, new PredictionEngineOptions { InputSchemaDefinition = columns, OwnsTransformer = false });
        var soFar = new List<float>();
        var clock = Stopwatch.StartNew();
        foreach (var reading in sensor.Readings)
        {
            soFar.AddRange(reading.Features);
            engine.Predict(new Series { Label = sensor.Label, Features = [.. soFar] });
        }
        return clock.Elapsed.TotalSeconds / sensor.Readings.Count;
    }
}
