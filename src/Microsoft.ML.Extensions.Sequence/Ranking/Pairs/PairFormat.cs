namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The format of a query with documents as a row of numbers, so that it is processed like every other example.</summary>
/// <remarks>
/// <c>n, query, (numbers, document) x n</c>. A text is the number of its terms, then for each its vocabulary index and, with letters, the
/// number of its letter grams and their numbers, or, with pieces, the encoder's id of the term, -1 for a text without terms. Unknown
/// terms have numbers above the vocabulary's, in the order in which they occur in
/// the query and its documents; equal terms have equal numbers. A text without terms has one term that equals no other.
/// </remarks>
/// <param name="Terms">The size of the vocabulary.</param>
/// <param name="Numbers">The number of values per document in addition to its text.</param>
/// <param name="HasLetters">Whether terms have letter grams.</param>
/// <param name="HasPieces">Whether terms are pieces of an encoder.</param>
internal sealed record PairFormat(int Terms, int Numbers, bool HasLetters, bool HasPieces = false)
{
    /// <summary>The most terms of a query or document to read.</summary>
    public const int MostTerms = 1 << 16;
}
