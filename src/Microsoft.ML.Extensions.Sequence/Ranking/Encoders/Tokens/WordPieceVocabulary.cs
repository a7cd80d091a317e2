namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The word pieces of an encoder, by their lines in <c>vocab.txt</c>.</summary>
/// <param name="pieces">One for each id; the last one where a piece occurs twice, as in Hugging Face's reader.</param>
internal sealed class WordPieceVocabulary(IReadOnlyList<string> pieces)
{
    private const string Continuing = "##";

    public IReadOnlyList<string> Pieces => pieces;

    public int Count => pieces.Count;

    /// <summary>The pieces at a word's beginning, and the special tokens.</summary>
    public PieceTable First { get; } = new(pieces.Select((piece, id) => (piece, id)), pieces.Count);

    /// <summary>The pieces within a word, without the <c>##</c> that they have in the file.</summary>
    public PieceTable Further { get; } = new(
        pieces.Select((piece, id) => (piece, id)).Where(pair => IsContinuing(pair.piece)).Select(pair => (pair.piece[Continuing.Length..], pair.id)), pieces.Count(IsContinuing));

    private static bool IsContinuing(string piece) => piece.StartsWith(Continuing, StringComparison.Ordinal);
}
