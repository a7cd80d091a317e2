using System.ComponentModel.DataAnnotations;
using Microsoft.ML.SearchSpace;
using RangeAttribute = System.ComponentModel.DataAnnotations.RangeAttribute;
using SearchRange = Microsoft.ML.SearchSpace.RangeAttribute;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>How sentences become vectors.</summary>
/// <remarks>
/// They describe a column of texts. A column of vectors, such as that of <c>ml.Transforms.Text.EmbedText</c>, is standardised and goes
/// through a layer of its own, for which only <see cref="ImageTextOptions.HiddenSize"/> counts.
/// </remarks>
public sealed class TextChannelOptions
{
    /// <summary>The channel. The default is <see cref="TextChannel.BagOfWords"/>.</summary>
    public TextChannel Channel { get; set; } = TextChannel.BagOfWords;

    /// <summary>How texts become words. The default keeps all words, in lower case and without stemming.</summary>
    [Required]
    public TextAnalyzerOptions Words { get; set; } = new() { StopWords = StopWords.None, Stemmer = Stemmer.None };

    /// <summary>
    /// n, 0 to 10: besides its words, a bag of words or of runs of words has every run of n letters of each word, with a mark at both ends,
    /// as in DSSM (Huang et al. 2013), so that sentences of words that training has not seen, such as other forms of known words, can be
    /// found. 0 leaves them out, and so do the channels that read words in order. The default is 3.
    /// </summary>
    [Range(0, 10)]
    [Choice(new object[] { 0, 3, 4 }, 3)]
    public int LetterGrams { get; set; } = 3;

    /// <summary>The smallest number of sentences with a term of the vocabulary, 1 to 1,000,000. The default is 1.</summary>
    [Range(1, 1_000_000)]
    public int MinDocumentFrequency { get; set; } = 1;

    /// <summary>The largest size of the vocabulary, of the most frequent terms, 1 to 1,000,000. The default is 50,000.</summary>
    [Range(1, 1_000_000)]
    public int MaxTerms { get; set; } = 50_000;

    /// <summary>The number of words of a sentence to read, from its beginning, 1 to 4,096. The default is 64.</summary>
    [Range(1, 4096)]
    public int MaxWords { get; set; } = 64;

    /// <summary>
    /// The length of the vectors of words, 1 to 4,096, for channels that read them in order. The default is 64.
    /// </summary>
    [Range(1, 4096)]
    [Choice(new object[] { 16, 32, 64, 128, 256 }, 64)]
    public int WordSize { get; set; } = 64;

    /// <summary>The part of the terms of a sentence that training leaves out, anew each time, 0 to 0.9. The default is 0.1.</summary>
    [Range(0.0, 0.9)]
    [SearchRange(0.0, 0.5, 0.1)]
    public double WordDropout { get; set; } = 0.1;
}
