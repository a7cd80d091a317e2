namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>A head of a circuit.</summary>
/// <param name="Head">The head.</param>
/// <param name="Score">Its score.</param>
/// <param name="Contrast">
/// How differently often it has its codes in positive and negative examples, in bits, 0 to 1 (below 0 where labels without meaning do better).
/// </param>
/// <param name="Selected">Whether it belongs to the circuit.</param>
public readonly record struct CircuitHead(CircuitNode Head, double Score, double Contrast, bool Selected);

/// <summary>A circuit that was found: heads and edges by score, and how far examples not learned from bear it out.</summary>
public sealed class Circuit
{
    internal Circuit(
        TransformerConfig config, CircuitScores scores, IReadOnlyDictionary<CircuitNode, double> contrasts, double threshold, double pValue, double heldOutAuc,
        CircuitEffect? effect = null, bool? isHeldOut = null)
    {
        Config = config;
        Scores = scores;
        ThresholdPart = threshold;
        Threshold = threshold * Math.Max(scores.Heads.Values.Max(), 0);
        Heads = [.. scores.Heads.Select(pair => new CircuitHead(pair.Key, pair.Value, contrasts[pair.Key], pair.Value >= Threshold && pair.Value > 0)).OrderByDescending(head => head.Score)];
        (PValue, HeldOutAuc, Effect, IsHeldOut) = (pValue, heldOutAuc, effect, isHeldOut);
    }

    /// <summary>The shape of the model.</summary>
    public TransformerConfig Config { get; }

    /// <summary>All scores.</summary>
    public CircuitScores Scores { get; }

    /// <summary>All heads, the best first.</summary>
    public IReadOnlyList<CircuitHead> Heads { get; }

    /// <summary>The score from which on a head belongs to the circuit.</summary>
    public double Threshold { get; }

    /// <summary>What taking the circuit away does to the targets, beside random circuits of its size; null where there are no targets or nothing to compare.</summary>
    public CircuitEffect? Effect { get; }

    /// <summary>
    /// Whether <see cref="Effect"/>, <see cref="PValue"/> and <see cref="HeldOutAuc"/> are of examples that nothing was learned from. False where none
    /// are held out, as in the published code, so that they are of the rows learned from; null where a saved circuit does not say.
    /// </summary>
    public bool? IsHeldOut { get; }

    /// <summary>
    /// How often permuted labels tell the examples apart by the codes of the circuit's heads as well as the true ones do; NaN where no permutation
    /// was asked for. It is about labels: heads that matter for the targets may say the same in both kinds of examples.
    /// </summary>
    public double PValue { get; }

    /// <summary>
    /// How well the codes of the circuit's heads tell positive from negative examples: area under the ROC curve, .5 for chance. Held-out ones where
    /// <see cref="IsHeldOut"/> says so. It is about labels, as <see cref="PValue"/> is.
    /// </summary>
    public double HeldOutAuc { get; }

    internal double ThresholdPart { get; }

    /// <summary>The edges by score, the best first.</summary>
    /// <param name="selectedOnly">Whether only those whose heads belong to the circuit are wanted.</param>
    public IReadOnlyList<KeyValuePair<CircuitEdge, double>> Edges(bool selectedOnly = true)
    {
        var selected = Heads.Where(head => head.Selected).Select(head => head.Head).ToHashSet();
        bool Belongs(CircuitNode node) => node.Part != CircuitPart.Head || selected.Contains(node);
        return [.. Scores.Edges.Where(edge => !selectedOnly || (Belongs(edge.Key.Source) && Belongs(edge.Key.Target))).OrderByDescending(edge => edge.Value)];
    }

    /// <summary>How well the selected heads are the true ones: F1, the harmonic mean of the part of them that is true and the part of the true that is selected.</summary>
    /// <param name="truth">The true circuit.</param>
    /// <param name="asPublished">
    /// Whether what the code of O'Neill and Bui (2024) calls F1 is given instead: the harmonic mean of the rates of true positives and true negatives.
    /// </param>
    /// <exception cref="ArgumentException">All heads are true, or none.</exception>
    public double F1(CircuitTruth truth, bool asPublished = false)
    {
        ArgumentNullException.ThrowIfNull(truth);
        double[] selected = [.. Heads.Select(head => head.Selected ? 1.0 : 0)];
        bool[] isTrue = [.. Heads.Select(head => truth.Heads.Contains(head.Head))];
        return asPublished ? RankingScores.HarmonicMeanOfRates(selected, isTrue, 1) : RankingScores.F1(selected, isTrue, 1);
    }

    /// <summary>The circuit's heads, one a line.</summary>
    public override string ToString() =>
        string.Join(Environment.NewLine, Heads.Where(head => head.Selected).Select(head => FormattableString.Invariant($"{head.Head} {head.Score:G4}")));
}
