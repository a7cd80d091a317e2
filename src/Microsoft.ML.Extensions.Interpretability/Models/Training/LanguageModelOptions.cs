using System.ComponentModel.DataAnnotations;

namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>The options of a language model that is trained from a text column.</summary>
public sealed class LanguageModelOptions : ICheckedOptions
{
    /// <summary>
    /// The shape. Its vocabulary comes from the tokens and stays at 1 here; it is causal, with one output per token. The default has 2
    /// layers of 4 heads of width 16, a stream of 64, MLPs of 256, and reads 64 tokens.
    /// </summary>
    [Required]
    public TransformerConfig Transformer { get; set; } = new()
    {
        Layers = 2,
        Heads = 4,
        ModelWidth = 64,
        HeadWidth = 16,
        MlpWidth = 256,
        Context = 64,
    };

    /// <summary>
    /// The symbols of the vocabulary, where no <see cref="Tokenizer"/> is given. The default is
    /// <see cref="LanguageModelTokens.Characters"/>.
    /// </summary>
    public LanguageModelTokens Tokens { get; set; } = LanguageModelTokens.Characters;

    /// <summary>The symbol that begins every row, added to the vocabulary made of the texts. The default, null, is none.</summary>
    public string? FirstSymbol { get; set; }

    /// <summary>The symbol that ends every row, added to the vocabulary made of the texts. The default, null, is none.</summary>
    public string? LastSymbol { get; set; }

    /// <summary>The tokenizer. The default, null, creates one from all texts, including those of the validation set.</summary>
    public TransformerTokenizer? Tokenizer { get; set; }

    /// <summary>
    /// The training options. A row is a window of text here, and the validation set is drawn from the texts.
    /// <see cref="TrainingOptions.LabelSmoothing"/> and <see cref="TrainingOptions.ClassWeights"/> do not apply.
    /// </summary>
    [Required]
    public TrainingOptions Training { get; set; } = new();

    IEnumerable<string> ICheckedOptions.Errors()
    {
        if (!Transformer.Causal)
        {
            yield return "Transformer.Causal is false; a model that attends to the next token cannot learn to predict it, so it must be true.";
        }
        if (Transformer.Outputs != 0)
        {
            yield return $"Transformer.Outputs is {Transformer.Outputs}; a language model has one output per token, so it must be 0.";
        }
        if (Transformer.Vocabulary != 1)
        {
            yield return $"Transformer.Vocabulary is {Transformer.Vocabulary}; it comes from the tokens, so leave it at 1.";
        }
        if (Tokenizer is not null && (FirstSymbol ?? LastSymbol) is not null)
        {
            yield return "FirstSymbol or LastSymbol is given beside a Tokenizer, which has its own; leave them null.";
        }
        if (FirstSymbol is "" || LastSymbol is "")
        {
            yield return "FirstSymbol or LastSymbol is empty; give a symbol, or null for none.";
        }
    }
}
