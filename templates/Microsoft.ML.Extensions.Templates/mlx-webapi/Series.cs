using Microsoft.ML.Data;

namespace MlxWebApi;

/// <summary>A row of the training file, and what the model reads of a request.</summary>
public sealed class Series
{
    public const int Steps = 64;

    [LoadColumn(0)]
    public string Label { get; set; } = "";

    [LoadColumn(1, Steps)]
    [VectorType(Steps, 1)]
    public float[] Features { get; set; } = [];
}

/// <summary>The body of a request.</summary>
/// <param name="Features">The steps of the series.</param>
public sealed record PredictionRequest(float[] Features);

/// <summary>The answer.</summary>
public sealed class Prediction
{
    public string PredictedLabel { get; set; } = "";

    /// <summary>The probabilities of the classes.</summary>
    public float[] Score { get; set; } = [];
}
