namespace Microsoft.ML.Extensions.Samples;

/// <summary>What the first stage found for a query.</summary>
/// <param name="Query">The query's text.</param>
/// <param name="Documents">The documents' texts, best first.</param>
/// <param name="Scores">Their scores by the first stage.</param>
/// <param name="Grades">Their grades, 0 where nobody judged.</param>
internal sealed record Candidates(string Query, IReadOnlyList<string> Documents, IReadOnlyList<float> Scores, IReadOnlyList<float> Grades);
