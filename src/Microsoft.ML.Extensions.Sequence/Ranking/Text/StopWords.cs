namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The words that an analyzer removes.</summary>
public enum StopWords
{
    /// <summary>None.</summary>
    None,

    /// <summary>English articles, prepositions, conjunctions, pronouns and auxiliary verbs.</summary>
    English,

    /// <summary>The words of <see cref="TextAnalyzerOptions.OwnStopWords"/>.</summary>
    Own,
}
