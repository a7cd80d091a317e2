using System.ComponentModel.DataAnnotations;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Options of <see cref="TextAnalyzer"/>.</summary>
public sealed class TextAnalyzerOptions : ICheckedOptions
{
    /// <summary>
    /// Whether text is lowercased, by Unicode's culture-invariant rules. Without it, only words in lower case are stemmed.
    /// </summary>
    public bool LowerCase { get; set; } = true;

    /// <summary>The stop words; case is ignored.</summary>
    public StopWords StopWords { get; set; } = StopWords.English;

    /// <summary>The stop words of <see cref="StopWords.Own"/>; empty otherwise.</summary>
    public string[] OwnStopWords { get; set; } = [];

    /// <summary>The stemmer.</summary>
    public Stemmer Stemmer { get; set; } = Stemmer.Porter;

    /// <summary>The longest n-gram of words that becomes a further term: 2 adds <c>boundary layer</c>. 1 to 5.</summary>
    [Range(1, 5)]
    public int WordGrams { get; set; } = 1;

    IEnumerable<string> ICheckedOptions.Errors()
    {
        if (OwnStopWords is null)
        {
            yield break;
        }
        if (StopWords == StopWords.Own && OwnStopWords.Length == 0)
        {
            yield return "OwnStopWords is empty; StopWords.Own needs at least one word, and StopWords.None leaves none out.";
        }
        if (StopWords != StopWords.Own && OwnStopWords.Length > 0)
        {
            yield return $"OwnStopWords has {OwnStopWords.Length} words and StopWords is {StopWords}; set StopWords to Own, or leave OwnStopWords empty.";
        }
        if (Array.Find(OwnStopWords, word => !Words.IsOne(word)) is { } wrong)
        {
            yield return $"OwnStopWords has '{wrong}', which is not a single word of letters and digits, so it never occurs in a text.";
        }
        if (Array.IndexOf(OwnStopWords, null) >= 0)
        {
            yield return "OwnStopWords has a word that is null.";
        }
    }
}
