namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>A point of a ROC curve: the rates when everything scored at least the threshold is taken.</summary>
/// <param name="Threshold">The threshold; infinity where nothing is taken.</param>
/// <param name="FalsePositiveRate">The part of what is not true that is taken, 0 to 1.</param>
/// <param name="TruePositiveRate">The part of what is true that is taken, 0 to 1.</param>
public readonly record struct RocPoint(double Threshold, double FalsePositiveRate, double TruePositiveRate);
