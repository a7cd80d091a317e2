using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Torch;

/// <summary>Convolutions whose gradients are finite.</summary>
/// <remarks>
/// <para>On the CPU libtorch computes convolutions with oneDNN, which stores channels in blocks of 8 or 16. Its kernels for the gradient of
/// the input (oneDNN 3.7.1, <c>jit:avx512_core</c> and <c>jit:avx2</c>, <c>backward_data</c>) also read what is in memory beside the last
/// output channel. Where that is NaN, as memory that is used again can be, so is the gradient.</para>
/// <para>So where such a gradient is wanted, missing channels of the last block are added with weights of 0, and left out of the result. A
/// test searches all code for other convolutions.</para>
/// </remarks>
internal static class Convolutions
{
    private const long Block = 16;

    /// <summary>A convolution over time, as <c>conv1d</c>: <c>[B, C, T]</c> to <c>[B, K, T - w + 1]</c>.</summary>
    /// <param name="input">The input.</param>
    /// <param name="weight"><c>[K, C, w]</c>.</param>
    /// <param name="bias"><c>[K]</c>.</param>
    public static Tensor OverTime(Tensor input, Tensor weight, Tensor bias) =>
        InBlocks(input, weight, bias, (kernel, shift) => nn.functional.conv1d(input, kernel, shift));

    /// <summary>A convolution over images, as <c>conv2d</c>: <c>[B, C, H, W]</c> to <c>[B, K, H', W']</c>.</summary>
    /// <param name="input">The input.</param>
    /// <param name="weight"><c>[K, C, h, w]</c>.</param>
    /// <param name="bias"><c>[K]</c>; null for none.</param>
    /// <param name="strides">The steps; null for 1.</param>
    /// <param name="padding">The zeros on each side; null for none.</param>
    public static Tensor OverImages(Tensor input, Tensor weight, Tensor? bias, long[]? strides = null, long[]? padding = null) =>
        InBlocks(input, weight, bias, (kernel, shift) => nn.functional.conv2d(input, kernel, shift, strides: strides, padding: padding));

    private static Tensor InBlocks(Tensor input, Tensor weight, Tensor? bias, Func<Tensor, Tensor?, Tensor> convolve)
    {
        var outputs = weight.shape[0];
        var missing = (Block - (outputs % Block)) % Block;
        if (missing == 0 || !input.requires_grad || !is_grad_enabled() || input.device_type != TorchSharp.DeviceType.CPU)
        {
            return convolve(weight, bias);
        }
        var zeros = new long[2 * weight.dim()];
        zeros[^1] = missing;
        return convolve(nn.functional.pad(weight, zeros), bias is null ? null : nn.functional.pad(bias, [0, missing])).narrow(1, 0, outputs);
    }
}
