using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Managed;
using Microsoft.ML.Extensions.Numerics;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary><see cref="FrameConvolution"/> and the batch norm after it as C# kernels: the norm is a part of the weights and the bias.</summary>
internal static class ManagedFrameConvolution
{
    /// <param name="convolution">The convolution.</param>
    /// <param name="norm">The norm.</param>
    /// <param name="image">The shape of what it reads.</param>
    /// <param name="outputs">Channels out.</param>
    /// <param name="height">Of the kernel.</param>
    /// <param name="width">Of the kernel.</param>
    /// <param name="stride">The step.</param>
    /// <param name="activation">What follows.</param>
    public static ManagedImageConvolution Create(
        ManagedParts convolution, ManagedParts norm, FrameShape image, int outputs, int height, int width, int stride, LaneActivation activation)
    {
        var weight = convolution.Weights.Singles("weight", outputs, image.Channels, height, width);
        var (factors, bias) = ManagedChannelNorm.Of(norm.Weights, outputs);
        var size = weight.Length / outputs;
        for (var i = 0; i < weight.Length; i++)
        {
            weight[i] = (float)(weight[i] * factors[i / size]);
        }
        return new ManagedImageConvolution(convolution.Kernels, image, weight, bias, outputs, height, width, stride, activation);
    }
}
