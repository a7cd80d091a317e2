using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Persistence;

/// <summary>What a tensor of a file should be.</summary>
/// <param name="Type">Its type.</param>
/// <param name="Shape">Its shape.</param>
/// <param name="IsFinite">Whether a NaN or an infinity in it is an error.</param>
internal sealed record WantedTensor(ScalarType Type, long[] Shape, bool IsFinite = true)
{
    /// <summary>One to take the place of a tensor.</summary>
    public static WantedTensor Like(Tensor value) => new(value.dtype, value.shape);
}
