namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>What a language model's vocabulary is made of.</summary>
public enum LanguageModelTokens
{
    /// <summary>The characters of the texts, in the order of their code points.</summary>
    Characters,

    /// <summary>The words of the texts, which stand between single spaces, in ordinal order.</summary>
    Words,
}
