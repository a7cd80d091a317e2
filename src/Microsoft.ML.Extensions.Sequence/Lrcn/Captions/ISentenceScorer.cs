namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Scores the next words of partial sentences; it remembers those of its last call.</summary>
internal interface ISentenceScorer
{
    /// <summary>The likeliest next words of beginnings, the likeliest first.</summary>
    /// <param name="parents">The partial sentence of the last call that each continues; in the first call, its row.</param>
    /// <param name="words">The word that each added since; the boundary in the first call.</param>
    /// <param name="count">K, the requested number of next words for each; there may be fewer.</param>
    /// <returns>The next words' logarithms of probabilities and numbers, <c>[N, K]</c>.</returns>
    (float[] LogProbabilities, long[] Words) Next(long[] parents, long[] words, int count);
}
