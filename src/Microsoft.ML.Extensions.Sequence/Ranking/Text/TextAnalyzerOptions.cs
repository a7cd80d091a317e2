using System.ComponentModel.DataAnnotations;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>How a text becomes terms.</summary>
public sealed class TextAnalyzerOptions : ICheckedOptions
{
    /// <summary>Whether letters become lower case, by Unicode's rules of no culture. Without it, words are stemmed only where they are lower case.</summary>
    public bool LowerCase { get; set; } = true;

    /// <summary>Which words are left out; case never counts.</summary>
    public StopWords StopWords { get; set; } = StopWords.English;

    /// <summary>The words left out with <see cref="StopWords.Own"/>; empty otherwise.</summary>
    public string[] OwnStopWords { get; set; } = [];

    /// <summary>What brings the forms of a word to one term.</summary>
    public Stemmer Stemmer { get; set; } = Stemmer.Porter;

    /// <summary>The length of the longest n-gram of words that is a term beside the words: 2 adds <c>boundary layer</c>. 1 to 5.</summary>
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
            yield return $"OwnStopWords has '{wrong}', which is not one word of letters and digits, and so would never be found in a text.";
        }
        if (Array.IndexOf(OwnStopWords, null) >= 0)
        {
            yield return "OwnStopWords has a word that is null.";
        }
    }
}
