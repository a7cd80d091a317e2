namespace Microsoft.ML.Extensions.Sequence;

/// <summary>What a BERT tokenizer does to text before it looks words up.</summary>
/// <param name="LowerCase">Whether letters become small.</param>
/// <param name="StripAccents">Whether accents go; null where that is as <paramref name="LowerCase"/> says.</param>
/// <param name="SplitChinese">Whether each Chinese character is a word.</param>
internal sealed record WordPieceSettings(bool LowerCase = true, bool? StripAccents = null, bool SplitChinese = true)
{
    /// <summary>Whether accents go.</summary>
    public bool FoldsAccents => StripAccents ?? LowerCase;
}
