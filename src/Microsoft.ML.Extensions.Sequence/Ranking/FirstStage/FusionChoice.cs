namespace Microsoft.ML.Extensions.Sequence;

/// <summary>How rankings are fused, and what that gained on the queries that it was chosen on.</summary>
public sealed class FusionChoice
{
    internal FusionChoice(ScoreNormalization normalization, double[] weights, PairedComparison gain) => (Normalization, Weights, Gain) = (normalization, weights, gain);

    /// <summary>The scale that scores are brought to.</summary>
    public ScoreNormalization Normalization { get; }

    /// <summary>The weight of each run, from 0 to 1, 1 in sum.</summary>
    public IReadOnlyList<double> Weights { get; }

    /// <summary>Whether more than the first run counts.</summary>
    public bool IsFused => Weights[0] < 1;

    /// <summary>
    /// The average precision of the best fusion against that of the first run, on the queries that both were chosen on. Of the largest of many differences, so too good for
    /// other queries.
    /// </summary>
    public PairedComparison Gain { get; }
}
