using System.ComponentModel.DataAnnotations;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>An encoder without its weights, as a model file describes it.</summary>
internal sealed class EncoderDescription : ICheckedOptions
{
    /// <summary>The encoder's name in its metadata.</summary>
    [Required]
    public string Name { get; set; } = "";

    [Required]
    public BertConfig Config { get; set; } = new();

    [Required]
    public WordPieceSettings Words { get; set; } = new();

    /// <summary>The vocabulary.</summary>
    [Required]
    public string[] Pieces { get; set; } = [];

    public TextPooling Pooling { get; set; }

    public bool Normalize { get; set; }

    [Range(WordPieceTokenizer.Around, 1 << 20)]
    public int MaxTokens { get; set; }

    /// <summary>The text that is put before every text.</summary>
    public string Prompt { get; set; } = "";

    IEnumerable<string> ICheckedOptions.Errors()
    {
        if (Pieces is null || Config is null)
        {
            yield break;
        }
        if (MaxTokens > Config.Positions)
        {
            yield return FormattableString.Invariant($"MaxTokens is {MaxTokens}; the encoder has positions for {Config.Positions}.");
        }
        if (Pieces.Length > Config.Vocabulary || Array.IndexOf(Pieces, null) >= 0)
        {
            yield return FormattableString.Invariant(
                $"Pieces are {Pieces.Length} texts; allowed are at most {Config.Vocabulary}, none of them null.");
        }
    }
}
