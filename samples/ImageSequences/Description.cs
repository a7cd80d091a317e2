namespace Microsoft.ML.Extensions.Samples;

/// <summary>A sentence beside the one that was wanted.</summary>
public sealed class Description
{
    public string Sentence { get; set; } = "";

    public string PredictedLabel { get; set; } = "";
}
