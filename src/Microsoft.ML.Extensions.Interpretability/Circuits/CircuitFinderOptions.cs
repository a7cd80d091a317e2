using Microsoft.ML.SearchSpace;
using RangeAttribute = System.ComponentModel.DataAnnotations.RangeAttribute;
using SearchRange = Microsoft.ML.SearchSpace.RangeAttribute;

namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>Options of finding a circuit from the codes of a sparse autoencoder.</summary>
/// <remarks>
/// The defaults are those of this package; <see cref="Published"/> reproduces the code of O'Neill and Bui (2024, arXiv 2405.12522), each of
/// its differences being one option.
/// </remarks>
public sealed class CircuitFinderOptions : ICheckedOptions
{
    /// <summary>The score of a head. The default is <see cref="CircuitScoring.CodedAttribution"/>.</summary>
    public CircuitScoring Scoring { get; set; } = CircuitScoring.CodedAttribution;

    /// <summary>
    /// The targets where the data has only texts. The default is <see cref="CircuitReadout.LastToken"/>. Not used where examples have
    /// their own targets, or for a scoring without targets.
    /// </summary>
    public CircuitReadout Readout { get; set; } = CircuitReadout.LastToken;

    /// <summary>Features of the autoencoder's dictionary, 1 to 100,000. The default is the paper's 200.</summary>
    [Range(1, 100_000)]
    [Choice(new object[] { 50, 100, 200, 400, 800 }, 200)]
    public int Features { get; set; } = 200;

    /// <summary>
    /// Weight of the autoencoder's L1 penalty (lambda), 0 to 1,000. The default is 0.002, for outputs scaled to an RMS of 0.1; the
    /// published code has 0.02 and does not scale.
    /// </summary>
    [Range(0.0, 1_000.0)]
    [SearchRange(2e-4, 0.2, 2e-3, true)]
    public double Sparsity { get; set; } = 0.002;

    /// <summary>The autoencoder's step size (Adam), above 0 and at most 10. The default is the paper's 0.001.</summary>
    [Range(0.0, 10.0, MinimumIsExclusive = true)]
    [SearchRange(1e-4, 1e-2, 1e-3, true)]
    public double LearningRate { get; set; } = 1e-3;

    /// <summary>The autoencoder's steps, each over all its training rows, 0 to 1,000,000. The default is the paper's 500.</summary>
    [Range(0, 1_000_000)]
    public int Epochs { get; set; } = 500;

    /// <summary>
    /// How many outputs of a head at a token the autoencoder is trained on, 1 to 10,000,000, drawn at random; all where there are fewer.
    /// The default is 2,000.
    /// </summary>
    [Range(1, 10_000_000)]
    public int TrainingRows { get; set; } = 2_000;

    /// <summary>
    /// How many examples the autoencoder is trained on where heads are averaged over tokens (<see cref="CircuitScoring.UniqueCodes"/>,
    /// <see cref="CircuitScoring.BestPairs"/>), 1 to 1,000,000; each gives a row for every head. The default is the paper's 10.
    /// </summary>
    [Range(1, 1_000_000)]
    public int TrainingExamples { get; set; } = 10;

    /// <summary>
    /// The normalised dimension of the decoder. The default is <see cref="UnitDecoder.Features"/>; the published code has
    /// <see cref="UnitDecoder.Outputs"/>.
    /// </summary>
    public UnitDecoder UnitDecoder { get; set; } = UnitDecoder.Features;

    /// <summary>
    /// The number of interpolation steps from mean embeddings to a row's own at which gradients are computed, 1 (only the row itself) to
    /// 1,000. The default is 5.
    /// </summary>
    [Range(1, 1_000)]
    [Choice(new object[] { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 }, 5)]
    public int Steps { get; set; } = 5;

    /// <summary>The number of positive examples for gradients, 1 to 1,000,000; the first ones. The default is 64.</summary>
    [Range(1, 1_000_000)]
    public int AttributionExamples { get; set; } = 64;

    /// <summary>
    /// The number of these that edges are scored with, 1 to 1,000,000. The default is 24: an edge's gradients cost three times those of a
    /// head.
    /// </summary>
    [Range(1, 1_000_000)]
    public int EdgeExamples { get; set; } = 24;

    /// <summary>
    /// The number of examples of each class, 2 to 1,000,000, chosen at random where there are more. The default is the paper's 250.
    /// </summary>
    [Range(2, 1_000_000)]
    public int MaximumExamples { get; set; } = 250;

    /// <summary>
    /// The fraction of held-out examples, on which <see cref="Circuit.Effect"/>, the p-value and <see cref="Circuit.HeldOutAuc"/> are
    /// computed, 0 to 0.9; at least three of each class. The default is 0.25. At 0, as in the published code, they are computed on the
    /// training rows.
    /// </summary>
    [Range(0.0, 0.9)]
    public double HeldOutFraction { get; set; } = 0.25;

    /// <summary>Permutations of the labels for the p-value, 0 (none) to 1,000,000. The default is 1,000.</summary>
    [Range(0, 1_000_000)]
    public int Permutations { get; set; } = 1_000;

    /// <summary>
    /// The number of random circuits that the circuit's effect is compared with, 0 (none) to 100,000; each takes a run over 16 examples.
    /// The default is 50.
    /// </summary>
    [Range(0, 100_000)]
    public int RandomCircuits { get; set; } = 50;

    /// <summary>
    /// A head belongs to the circuit if its score is at least this fraction of the best head's, 0 to 1. The default is 0.1.
    /// </summary>
    [Range(0.0, 1.0)]
    [SearchRange(0.01, 0.5, 0.1, true)]
    public double Threshold { get; set; } = 0.1;

    /// <summary>Whether edges are scored, which takes additional runs. The default is true.</summary>
    public bool Edges { get; set; } = true;

    /// <summary>Whether unique codes are divided by all codes that a head has. The default is false.</summary>
    public bool PerCode { get; set; }

    /// <summary>
    /// The softmax that normalises scores. The default is <see cref="CircuitSoftmax.None"/>, since a softmax does not change the ranking of
    /// all heads.
    /// </summary>
    public CircuitSoftmax Softmax { get; set; } = CircuitSoftmax.None;

    /// <summary>
    /// Whether a head without an active feature gets the first feature's code, as in the published code, instead of none. The default is
    /// false.
    /// </summary>
    public bool FirstCodeForNone { get; set; }

    /// <summary>
    /// Whether the language model is saved within the circuit's model file, instead of its folder and checksum. The default is false.
    /// </summary>
    public bool EmbedModel { get; set; }

    /// <summary>The seed of all draws. The default is 1.</summary>
    public int Seed { get; set; } = 1;

    /// <summary>
    /// The options of the released code: heads averaged over tokens, unique codes, decoder rows of norm 1, lambda 0.02, nothing held out,
    /// code 0 for none, a softmax over all heads. Differs: the softmax does not overflow, and the 10 training examples are drawn with this
    /// package's seed.
    /// </summary>
    public static CircuitFinderOptions Published() => new()
    {
        Scoring = CircuitScoring.UniqueCodes,
        UnitDecoder = UnitDecoder.Outputs,
        Sparsity = 0.02,
        HeldOutFraction = 0,
        RandomCircuits = 0,
        FirstCodeForNone = true,
        Softmax = CircuitSoftmax.AllHeads,
    };

    IEnumerable<string> ICheckedOptions.Errors()
    {
        if (PerCode && Scoring is not (CircuitScoring.UniqueCodes or CircuitScoring.BestPairs))
        {
            yield return $"PerCode is true and Scoring is {Scoring}; only unique codes are divided.";
        }
    }

    internal SparseAutoencoderOptions Autoencoder() =>
        new()
        {
            Features = Features,
            Sparsity = Sparsity,
            LearningRate = LearningRate,
            Epochs = Epochs,
            UnitDecoder = UnitDecoder,
            Seed = Seed
        };
}

/// <summary>What a head's score is.</summary>
public enum CircuitScoring
{
    /// <summary>
    /// The effect of a head's output on the targets, by gradients: the mean of the effect of the output minus its mean (the part that the
    /// autoencoder codes and its error) and of the whole output. The autoencoder gets outputs in the coordinates of the targets'
    /// sensitivity, so components that nothing reads have no code. Not from the paper.
    /// </summary>
    CodedAttribution,

    /// <summary>
    /// The difference of the head's code frequencies between tokens of positive and negative examples (Jensen-Shannon divergence). Needs no
    /// targets. Not from the paper.
    /// </summary>
    CodeContrast,

    /// <summary>
    /// The number of codes that a head, averaged over tokens, has in positive examples only (O'Neill and Bui 2024, arXiv 2405.12522);
    /// edges by pairs of codes.
    /// </summary>
    UniqueCodes,

    /// <summary>How often a head is an end of one of the best edges by unique pairs, which the released code calls its edges.</summary>
    BestPairs,
}

/// <summary>The targets that are derived from texts.</summary>
public enum CircuitReadout
{
    /// <summary>The model's likeliest output at each row's last token.</summary>
    LastToken,

    /// <summary>The model's likeliest output at the first token, as in classifiers.</summary>
    FirstToken,

    /// <summary>The model's likeliest output at each token.</summary>
    AllTokens,

    /// <summary>The text itself: at each token the next one.</summary>
    NextToken,
}

/// <summary>The normalisation of scores.</summary>
public enum CircuitSoftmax
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>A softmax over all heads.</summary>
    AllHeads,

    /// <summary>For each head index, a softmax over layers.</summary>
    AcrossLayers,
}
