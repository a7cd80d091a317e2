using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Persistence;

/// <summary>A tensor of a file as an array, without libtorch.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its type.</param>
/// <param name="Shape">Its shape.</param>
/// <param name="Data">Its bytes.</param>
internal sealed record StoredArray(string Name, ScalarType Type, long[] Shape, byte[] Data);
