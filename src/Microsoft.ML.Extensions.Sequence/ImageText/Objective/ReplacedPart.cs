namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Which part of a true pair is replaced to get a wrong one (Baqapuri 2015, arXiv 1601.03478).</summary>
public enum ReplacedPart
{
    /// <summary>Both, one at a time: for search in both directions.</summary>
    Both,

    /// <summary>The image: the sentence learns to find its image, image search.</summary>
    Image,

    /// <summary>The sentence: the image learns to find its sentence, annotation.</summary>
    Sentence,
}
