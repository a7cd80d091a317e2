namespace Microsoft.ML.Extensions.Tasks;

/// <summary>The names of the columns that scoring adds.</summary>
internal sealed record OutputColumnNames(string Score, string PredictedLabel, string Probability);
