namespace Microsoft.ML.Extensions.Onnx;

/// <summary>What a recurrence hands from step to step.</summary>
/// <param name="Initial">Each of its numbers before the first step.</param>
/// <param name="Sizes">Its dimensions after that of rows.</param>
internal sealed record OnnxState(float Initial, params long[] Sizes);
