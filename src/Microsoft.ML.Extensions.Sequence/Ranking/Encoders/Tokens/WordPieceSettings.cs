namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The normalisation of text by a BERT tokenizer.</summary>
/// <param name="LowerCase">Whether text is lowercased.</param>
/// <param name="StripAccents">Whether accents are removed; null for the value of <paramref name="LowerCase"/>.</param>
/// <param name="SplitChinese">Whether each Chinese character is a word.</param>
internal sealed record WordPieceSettings(bool LowerCase = true, bool? StripAccents = null, bool SplitChinese = true)
{
    /// <summary>Whether accents are removed.</summary>
    public bool FoldsAccents => StripAccents ?? LowerCase;
}
