namespace Microsoft.ML.Extensions.Sequence;

/// <summary>How a sentence becomes a vector (Baqapuri 2015, arXiv 1601.03478).</summary>
public enum TextChannel
{
    /// <summary>
    /// The sum of vectors of its words, and of runs of their letters (<see cref="TextChannelOptions.LetterGrams"/>), and a hidden layer.
    /// </summary>
    BagOfWords,

    /// <summary>The same with pairs of adjacent words in addition.</summary>
    Bigrams,

    /// <summary>The same with runs of two and three words in addition.</summary>
    Trigrams,

    /// <summary>The same with runs of two and three words, and with pairs of words that have one other word between them.</summary>
    SkipGrams,

    /// <summary>
    /// Windows of three words, <c>tanh(W [e_i-1; e_i; e_i+1] + b)</c>, summed with learned weights of their relative positions, and a
    /// hidden layer (supervised sequence embedding, Bespalov et al. 2012).
    /// </summary>
    SequenceEmbedding,

    /// <summary>The last state of a gated recurrent unit (Cho et al. 2014), as in VSE++ (Faghri et al. 2018, arXiv 1707.05612).</summary>
    Gru,
}
