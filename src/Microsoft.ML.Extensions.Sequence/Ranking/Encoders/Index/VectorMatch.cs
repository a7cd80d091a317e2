namespace Microsoft.ML.Extensions.Sequence;

/// <summary>A result of a search.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Score">The cosine of its angle to the query, from -1 to 1.</param>
public readonly record struct VectorMatch(string Id, float Score);
