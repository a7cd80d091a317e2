namespace Microsoft.ML.Extensions.Sequence;

/// <summary>A chosen fusion of rankings, and its gain on the queries that it was chosen on.</summary>
public sealed class FusionChoice
{
    internal FusionChoice(ScoreNormalization normalization, double[] weights, PairedComparison gain) => (Normalization, Weights, Gain) = (normalization, weights, gain);

    /// <summary>The normalisation of scores.</summary>
    public ScoreNormalization Normalization { get; }

    /// <summary>The weight of each run, 0 to 1; they sum to 1.</summary>
    public IReadOnlyList<double> Weights { get; }

    /// <summary>Whether any run other than the first has a weight.</summary>
    public bool IsFused => Weights[0] < 1;

    /// <summary>
    /// The average precision of the best fusion against that of the first run, on the queries that both were chosen on. As the largest of
    /// many differences, it is too optimistic for other queries.
    /// </summary>
    public PairedComparison Gain { get; }
}
