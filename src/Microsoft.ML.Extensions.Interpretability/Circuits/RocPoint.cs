namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>A point of a ROC curve: the rates when everything with at least the threshold's score is selected.</summary>
/// <param name="Threshold">The threshold; infinity where nothing is selected.</param>
/// <param name="FalsePositiveRate">The selected fraction of the negatives, 0 to 1.</param>
/// <param name="TruePositiveRate">The selected fraction of the positives, 0 to 1.</param>
public readonly record struct RocPoint(double Threshold, double FalsePositiveRate, double TruePositiveRate);
