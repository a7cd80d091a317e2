namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>
/// The effect of a circuit on the targets, compared with random circuits of as many heads: each is mean-ablated and the change is measured.
/// </summary>
/// <param name="Change">
/// The mean divergence of the targets' outputs (squared for outputs that are numbers) without the circuit's heads.
/// </param>
/// <param name="RandomChange">The same without as many random heads, averaged over the draws.</param>
/// <param name="Probability">
/// How often random heads change the targets at least as much, <c>(1 + draws that do) / (1 + draws)</c> (Phipson and Smyth 2010, arXiv
/// 1603.05766). In a model of few heads random circuits are often the circuit itself, and the probability is not small.
/// </param>
/// <param name="Examples">The number of positive examples.</param>
public sealed record CircuitEffect(double Change, double RandomChange, double Probability, int Examples);
