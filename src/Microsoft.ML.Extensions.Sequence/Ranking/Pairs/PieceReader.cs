namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Splits texts into the word pieces of an encoder.</summary>
internal sealed class PieceReader
{
    /// <summary>The number in place of a piece where a text has none.</summary>
    public const int None = -1;

    private readonly EncoderDescription _description;
    private readonly WordPieceTokenizer _tokenizer;
    private readonly int _unknown;

    /// <exception cref="FormatException">The vocabulary lacks a special token.</exception>
    public PieceReader(EncoderDescription description)
    {
        var vocabulary = new WordPieceVocabulary(description.Pieces);
        (_description, _tokenizer) = (description, new WordPieceTokenizer(vocabulary, description.Words));
        _unknown = vocabulary.First.Find(WordPieceTokenizer.Special[1]);
    }

    /// <summary>The ids of a text's pieces, without those that the encoder puts around them.</summary>
    /// <param name="text">The text.</param>
    /// <param name="most">The most pieces; fewer where the encoder reads no more.</param>
    public int[] Read(ReadOnlySpan<char> text, int most) =>
        _tokenizer.Encode(text.ToString(), (int)Math.Min(_description.MaxTokens, (long)most + WordPieceTokenizer.Around))[1..^1];

    /// <summary>The pieces of a text, without those of unknown words.</summary>
    public IReadOnlyList<string> Terms(ReadOnlySpan<char> text, int most) => [.. Read(text, most).Where(IsKnown).Select(Piece)];

    /// <summary>A piece by its id.</summary>
    public string Piece(int id) => _description.Pieces[id];

    /// <summary>Whether a piece is not that of unknown words.</summary>
    public bool IsKnown(int id) => id != _unknown;
}
