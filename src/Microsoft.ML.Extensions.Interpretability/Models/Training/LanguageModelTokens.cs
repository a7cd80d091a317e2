namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>The symbols of a language model's vocabulary.</summary>
public enum LanguageModelTokens
{
    /// <summary>The characters of the texts, in the order of their code points.</summary>
    Characters,

    /// <summary>The words of the texts, which are separated by single spaces, in ordinal order.</summary>
    Words,
}
