namespace Microsoft.ML.Extensions.Sequence;

/// <summary>A sentence, or the beginning of one.</summary>
/// <param name="Words">The words' numbers, the boundary included where it ended.</param>
/// <param name="LogProbability">The logarithm of its probability.</param>
/// <param name="IsComplete">Whether the sentence has ended.</param>
internal sealed record Hypothesis(int[] Words, double LogProbability, bool IsComplete)
{
    /// <summary>The empty sentence.</summary>
    public static Hypothesis Empty { get; } = new([], 0, false);

    /// <summary>The normalised score, which compares hypotheses of different lengths.</summary>
    public double Normalized(double power) => LogProbability / Math.Pow(Math.Max(1, Words.Length), power);
}
