namespace Microsoft.ML.Extensions.Samples;

/// <summary>The results of the first stage for a query.</summary>
/// <param name="Id">The query's id.</param>
/// <param name="Query">The query's text.</param>
/// <param name="Ids">The documents' ids, best first.</param>
/// <param name="Documents">Their texts.</param>
/// <param name="Scores">Their scores by the first stage, from 1 for the best to 0 for the last.</param>
/// <param name="Grades">Their grades, 0 for unjudged documents.</param>
internal sealed record Candidates(
    string Id, string Query, IReadOnlyList<string> Ids, IReadOnlyList<string> Documents, IReadOnlyList<float> Scores, IReadOnlyList<float> Grades);
