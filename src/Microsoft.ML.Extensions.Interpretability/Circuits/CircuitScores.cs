namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>Scores of heads and, where a method gives them, edges: higher for parts of the circuit.</summary>
public sealed class CircuitScores
{
    /// <param name="heads">A score for each head of the model.</param>
    /// <param name="edges">A score for each edge that the method scores; null for none.</param>
    public CircuitScores(IReadOnlyDictionary<CircuitNode, double> heads, IReadOnlyDictionary<CircuitEdge, double>? edges = null)
    {
        ArgumentNullException.ThrowIfNull(heads);
        (Heads, Edges) = (heads, edges ?? new Dictionary<CircuitEdge, double>());
    }

    /// <summary>Scores of heads.</summary>
    public IReadOnlyDictionary<CircuitNode, double> Heads { get; }

    /// <summary>Scores of edges.</summary>
    public IReadOnlyDictionary<CircuitEdge, double> Edges { get; }

    /// <summary>
    /// How well the scores rank a known circuit's heads and edges above others: areas under the ROC curve, .5 for chance.
    /// </summary>
    /// <param name="truth">The circuit.</param>
    /// <returns>
    /// Equal scores count half. An area is null where all or none of the scored parts are true; that of edges is over the scored edges,
    /// and null where the true edges are not known.
    /// </returns>
    public (double? NodeAuc, double? EdgeAuc) Against(CircuitTruth truth)
    {
        ArgumentNullException.ThrowIfNull(truth);
        return (Auc(Heads, truth.Heads), truth.Edges is null ? null : Auc(Edges, truth.Edges));
    }

    /// <summary>The ROC curve over heads: the rates when all heads from a score on are taken, from none to all.</summary>
    /// <param name="truth">The circuit.</param>
    /// <exception cref="ArgumentException">All heads are true, or none.</exception>
    public IReadOnlyList<RocPoint> Roc(CircuitTruth truth)
    {
        ArgumentNullException.ThrowIfNull(truth);
        return RankingScores.Roc([.. Heads.Values], [.. Heads.Keys.Select(truth.Heads.Contains)]);
    }

    private static double? Auc<T>(IReadOnlyDictionary<T, double> scores, IReadOnlySet<T> truth)
    {
        bool[] isTrue = [.. scores.Keys.Select(truth.Contains)];
        return isTrue.Contains(true) && isTrue.Contains(false) ? RankingScores.AreaUnderRoc([.. scores.Values], isTrue) : null;
    }
}
