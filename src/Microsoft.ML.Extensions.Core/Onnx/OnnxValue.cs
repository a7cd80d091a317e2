namespace Microsoft.ML.Extensions.Onnx;

/// <summary>A value of an <see cref="OnnxGraph"/>.</summary>
/// <param name="Name">Its name in the file.</param>
internal readonly record struct OnnxValue(string Name);
