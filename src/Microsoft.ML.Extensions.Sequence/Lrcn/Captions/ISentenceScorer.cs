namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Says what may follow the beginnings of sentences; it remembers those of its last call.</summary>
internal interface ISentenceScorer
{
    /// <summary>The likeliest next words of beginnings, the likeliest first.</summary>
    /// <param name="parents">Which beginning of the last call each goes on from; in the first call, its row.</param>
    /// <param name="words">The word that each has added since; the boundary in the first call.</param>
    /// <param name="count">The number of next words that are wanted for each, K; there may be fewer.</param>
    /// <returns>The next words' logarithms of probabilities and numbers, <c>[N, K]</c>.</returns>
    (float[] LogProbabilities, long[] Words) Next(long[] parents, long[] words, int count);
}
