using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>How a weight is made from a tensor of a file.</summary>
/// <param name="Source">The tensor's name.</param>
/// <param name="Shape">Its shape.</param>
/// <param name="Convert">From it to the weight in TransformerLens' shape.</param>
/// <param name="Optional">Whether the file may leave it out, for biases.</param>
internal sealed record TensorRule(string Source, long[] Shape, Func<Tensor, Tensor> Convert, bool Optional = false);
