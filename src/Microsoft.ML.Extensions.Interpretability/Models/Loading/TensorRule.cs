using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>The conversion of a file's tensor to a weight.</summary>
/// <param name="Source">The tensor's name.</param>
/// <param name="Shape">Its shape.</param>
/// <param name="Convert">Converts it to TransformerLens' shape.</param>
/// <param name="Optional">Whether the file may leave it out, for biases.</param>
internal sealed record TensorRule(string Source, long[] Shape, Func<Tensor, Tensor> Convert, bool Optional = false);
