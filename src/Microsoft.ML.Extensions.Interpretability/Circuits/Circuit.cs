namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>A head of a circuit.</summary>
/// <param name="Head">The head.</param>
/// <param name="Score">Its score.</param>
/// <param name="Contrast">
/// The difference of its code frequencies between positive and negative examples, in bits, 0 to 1 (below 0 where permuted labels give
/// more).
/// </param>
/// <param name="Selected">Whether it belongs to the circuit.</param>
public readonly record struct CircuitHead(CircuitNode Head, double Score, double Contrast, bool Selected);

/// <summary>A circuit that was found: heads and edges by score, and tests on held-out examples.</summary>
public sealed class Circuit
{
    internal Circuit(
        TransformerConfig config, CircuitScores scores, IReadOnlyDictionary<CircuitNode, double> contrasts, double threshold,
            double pValue, double heldOutAuc,
        CircuitEffect? effect = null, bool? isHeldOut = null)
    {
        Config = config;
        Scores = scores;
        ThresholdPart = threshold;
        Threshold = threshold * Math.Max(scores.Heads.Values.Max(), 0);
        Heads = [.. scores.Heads.Select(pair => new CircuitHead(
            pair.Key, pair.Value, contrasts[pair.Key], pair.Value >= Threshold && pair.Value > 0)).OrderByDescending(head => head.Score)];
        (PValue, HeldOutAuc, Effect, IsHeldOut) = (pValue, heldOutAuc, effect, isHeldOut);
    }

    /// <summary>The shape of the model.</summary>
    public TransformerConfig Config { get; }

    /// <summary>All scores.</summary>
    public CircuitScores Scores { get; }

    /// <summary>All heads, the best first.</summary>
    public IReadOnlyList<CircuitHead> Heads { get; }

    /// <summary>The lowest score of a head of the circuit.</summary>
    public double Threshold { get; }

    /// <summary>
    /// The effect of ablating the circuit on the targets, compared with random circuits of its size; null where there are no targets or
    /// nothing to compare.
    /// </summary>
    public CircuitEffect? Effect { get; }

    /// <summary>
    /// Whether <see cref="Effect"/>, <see cref="PValue"/> and <see cref="HeldOutAuc"/> are of held-out examples. False where none
    /// are held out, as in the published code, so that they are of the training rows; null where a saved circuit does not state it.
    /// </summary>
    public bool? IsHeldOut { get; }

    /// <summary>
    /// The p-value of a permutation test: how often permuted labels separate the examples by the codes of the circuit's heads as well as
    /// the true ones; NaN where no permutation was requested. It concerns labels: heads that matter for the targets may have the same codes
    /// in both kinds of examples.
    /// </summary>
    public double PValue { get; }

    /// <summary>
    /// How well the codes of the circuit's heads separate positive from negative examples: area under the ROC curve, .5 for chance. On
    /// held-out examples if <see cref="IsHeldOut"/> is true. It concerns labels, like <see cref="PValue"/>.
    /// </summary>
    public double HeldOutAuc { get; }

    internal double ThresholdPart { get; }

    /// <summary>The edges by score, the best first.</summary>
    /// <param name="selectedOnly">Whether to return only edges whose heads belong to the circuit.</param>
    public IReadOnlyList<KeyValuePair<CircuitEdge, double>> Edges(bool selectedOnly = true)
    {
        var selected = Heads.Where(head => head.Selected).Select(head => head.Head).ToHashSet();
        bool Belongs(CircuitNode node) => node.Part != CircuitPart.Head || selected.Contains(node);
        return [.. Scores.Edges.Where(edge => !selectedOnly || (Belongs(edge.Key.Source) && Belongs(edge.Key.Target)))
            .OrderByDescending(edge => edge.Value)];
    }

    /// <summary>F1 of the selected heads: the harmonic mean of precision and recall.</summary>
    /// <param name="truth">The true circuit.</param>
    /// <param name="asPublished">
    /// Whether to return what the code of O'Neill and Bui (2024) calls F1: the harmonic mean of the rates of true positives and true
    /// negatives.
    /// </param>
    /// <exception cref="ArgumentException">All heads are true, or none.</exception>
    public double F1(CircuitTruth truth, bool asPublished = false)
    {
        ArgumentNullException.ThrowIfNull(truth);
        double[] selected = [.. Heads.Select(head => head.Selected ? 1.0 : 0)];
        bool[] isTrue = [.. Heads.Select(head => truth.Heads.Contains(head.Head))];
        return asPublished ? RankingScores.HarmonicMeanOfRates(selected, isTrue, 1) : RankingScores.F1(selected, isTrue, 1);
    }

    /// <summary>The circuit's heads, one per line.</summary>
    public override string ToString() =>
        string.Join(Environment.NewLine,
            Heads.Where(head => head.Selected).Select(head => FormattableString.Invariant($"{head.Head} {head.Score:G4}")));
}
