using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>The outputs of sources to the residual stream of a batch.</summary>
/// <param name="Sources">The sources.</param>
/// <param name="Values"><c>[B, T, sources, D]</c>; the values at padding are undefined.</param>
internal sealed record WrittenParts(IReadOnlyList<CircuitNode> Sources, Tensor Values);
