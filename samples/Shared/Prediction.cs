namespace Microsoft.ML.Extensions.Samples;

/// <summary>A model's prediction for one series.</summary>
public sealed class Prediction
{
    public string PredictedLabel { get; set; } = "";

    /// <summary>The probabilities of the classes.</summary>
    public float[] Score { get; set; } = [];
}
