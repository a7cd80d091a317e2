namespace Microsoft.ML.Extensions.Samples;

/// <summary>What a model says about one series.</summary>
public sealed class Prediction
{
    public string PredictedLabel { get; set; } = "";

    /// <summary>The probabilities of the classes.</summary>
    public float[] Score { get; set; } = [];
}
