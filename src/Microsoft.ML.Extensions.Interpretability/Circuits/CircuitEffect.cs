namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>What a circuit does to the targets, beside circuits of as many heads drawn at random: each is taken away by means and the change measured.</summary>
/// <param name="Change">The mean divergence of the targets' outputs (squared for outputs that are numbers) without the circuit's heads.</param>
/// <param name="RandomChange">The same without as many random heads, the mean over the draws.</param>
/// <param name="Probability">
/// How often random heads change the targets at least as much, <c>(1 + draws that do) / (1 + draws)</c> (Phipson and Smyth 2010, arXiv 1603.05766).
/// In a model of few heads random circuits are often the circuit itself, and then it is not small.
/// </param>
/// <param name="Examples">The positive examples that it is of.</param>
public sealed record CircuitEffect(double Change, double RandomChange, double Probability, int Examples);
