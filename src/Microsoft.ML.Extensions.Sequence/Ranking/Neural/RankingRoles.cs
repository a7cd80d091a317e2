namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The columns that a ranker reads.</summary>
/// <param name="Label">How relevant the document is.</param>
/// <param name="Group">The key of the query.</param>
/// <param name="Query">The query's text; null for rankers of numbers.</param>
/// <param name="Document">The document's text; null for rankers of numbers.</param>
/// <param name="Numbers">Columns of Single or vectors of Single.</param>
/// <param name="Teacher">A teacher's score; null for none.</param>
/// <param name="Missing">What to do with NaN among the numbers.</param>
internal sealed record RankingRoles(
    string Label, string Group, string? Query, string? Document, string[] Numbers, string? Teacher, MissingValues Missing);
