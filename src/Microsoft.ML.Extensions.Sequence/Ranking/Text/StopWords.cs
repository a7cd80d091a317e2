namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Which words an analyzer leaves out.</summary>
public enum StopWords
{
    /// <summary>None.</summary>
    None,

    /// <summary>English articles, prepositions, conjunctions, pronouns and auxiliary verbs.</summary>
    English,

    /// <summary>Those of <see cref="TextAnalyzerOptions.OwnStopWords"/>.</summary>
    Own,
}
