using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>What sources wrote to the residual stream of a batch.</summary>
/// <param name="Sources">The sources.</param>
/// <param name="Values"><c>[B, T, sources, D]</c>; padding means nothing.</param>
internal sealed record WrittenParts(IReadOnlyList<CircuitNode> Sources, Tensor Values);
