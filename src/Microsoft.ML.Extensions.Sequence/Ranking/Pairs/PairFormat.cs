namespace Microsoft.ML.Extensions.Sequence;

/// <summary>How a query with documents is written as numbers, so that it goes the way of every example.</summary>
/// <remarks>
/// <c>n, query, (numbers, document) x n</c>. A text is its number of terms, then for each its number in the vocabulary, and, with letters,
/// how many letter grams it has and their numbers. Terms that were not learned have the numbers after the vocabulary's, in the order in
/// which the query and its documents bring them: equal ones are equal. A text of no terms is one term that nothing is equal to.
/// </remarks>
/// <param name="Terms">The numbers of the vocabulary.</param>
/// <param name="Numbers">The numbers that a document has beside its text.</param>
/// <param name="HasLetters">Whether terms have letter grams.</param>
internal sealed record PairFormat(int Terms, int Numbers, bool HasLetters)
{
    /// <summary>The most terms of a query or document that are read.</summary>
    public const int MostTerms = 1 << 16;
}
