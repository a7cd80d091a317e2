using Microsoft.ML.Data;

namespace MlxClassification;

/// <summary>A row of the files: the class, and 64 steps of a series. With more than one channel, the steps are of shape [T, C].</summary>
public sealed class Series
{
    [LoadColumn(0)]
    public string Label { get; set; } = "";

    [LoadColumn(1, 64)]
    [VectorType(64, 1)]
    public float[] Features { get; set; } = [];
}

/// <summary>What the model says of a row.</summary>
public sealed class Prediction
{
    public string PredictedLabel { get; set; } = "";

    /// <summary>The probabilities of the classes.</summary>
    public float[] Score { get; set; } = [];
}
