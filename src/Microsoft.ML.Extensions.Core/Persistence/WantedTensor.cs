using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Persistence;

/// <summary>The tensor that a file should hold.</summary>
/// <param name="Type">Its type.</param>
/// <param name="Shape">Its shape.</param>
/// <param name="IsFinite">Whether a NaN or an infinity in it is an error.</param>
internal sealed record WantedTensor(ScalarType Type, long[] Shape, bool IsFinite = true)
{
    /// <summary>The description of a tensor's replacement.</summary>
    public static WantedTensor Like(Tensor value) => new(value.dtype, value.shape);
}
