using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>Gradients of the targets after each layer's attention: for each layer <c>[N, D]</c>, padding left out.</summary>
/// <param name="OnTheWay">Averaged over the path from mean embeddings to the row's own.</param>
/// <param name="AtRow">At the row itself.</param>
internal sealed record AttentionGradients(Tensor[] OnTheWay, Tensor[] AtRow);
