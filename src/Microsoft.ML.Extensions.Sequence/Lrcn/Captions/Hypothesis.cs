namespace Microsoft.ML.Extensions.Sequence;

/// <summary>A sentence, or the beginning of one.</summary>
/// <param name="Words">The words' numbers, the boundary included where it ended.</param>
/// <param name="LogProbability">The logarithm of its probability.</param>
/// <param name="IsComplete">Whether nothing follows.</param>
internal sealed record Hypothesis(int[] Words, double LogProbability, bool IsComplete)
{
    /// <summary>Before the first word.</summary>
    public static Hypothesis Empty { get; } = new([], 0, false);

    /// <summary>What hypotheses of different lengths are compared by.</summary>
    public double Normalized(double power) => LogProbability / Math.Pow(Math.Max(1, Words.Length), power);
}
