using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Torch;

/// <summary>Convolutions whose outputs and gradients are finite.</summary>
/// <remarks>
/// <para>On the CPU libtorch computes convolutions with oneDNN, which stores channels in blocks of 8 or 16. Its kernels (oneDNN 3.7.1, <c>jit:avx512_core</c> and
/// <c>jit:avx2</c>) also read what is in memory beside the last channel: of more inputs than a block has in the forward pass, and of the outputs in the gradient of the input
/// (<c>backward_data</c>). Where that is NaN, as memory that is used again can be, so is the result.</para>
/// <para>So missing channels of the last block are added with weights of 0: to the inputs where there are more than 8, and to the outputs where the
/// gradient of the input is wanted; the latter are left out of the result. A test searches all code for other convolutions.</para>
/// </remarks>
internal static class Convolutions
{
    private const long Block = 16, SmallBlock = 8;

    /// <summary>A convolution over time, as <c>conv1d</c>: <c>[B, C, T]</c> to <c>[B, K, T - w + 1]</c>.</summary>
    /// <param name="input">The input.</param>
    /// <param name="weight"><c>[K, C, w]</c>.</param>
    /// <param name="bias"><c>[K]</c>.</param>
    public static Tensor OverTime(Tensor input, Tensor weight, Tensor bias) =>
        InBlocks(input, weight, bias, (values, kernel, shift) => nn.functional.conv1d(values, kernel, shift));

    /// <summary>A convolution over images, as <c>conv2d</c>: <c>[B, C, H, W]</c> to <c>[B, K, H', W']</c>.</summary>
    /// <param name="input">The input.</param>
    /// <param name="weight"><c>[K, C, h, w]</c>.</param>
    /// <param name="bias"><c>[K]</c>; null for none.</param>
    /// <param name="strides">The steps; null for 1.</param>
    /// <param name="padding">The zeros on each side; null for none.</param>
    public static Tensor OverImages(Tensor input, Tensor weight, Tensor? bias, long[]? strides = null, long[]? padding = null) =>
        InBlocks(
            input, weight, bias, (values, kernel, shift) => nn.functional.conv2d(values, kernel, shift, strides: strides, padding: padding));

    private static Tensor InBlocks(Tensor input, Tensor weight, Tensor? bias, Func<Tensor, Tensor, Tensor?, Tensor> convolve)
    {
        if (input.device_type != TorchSharp.DeviceType.CPU)
        {
            return convolve(input, weight, bias);
        }
        var (outputs, inputs) = (weight.shape[0], weight.shape[1]);
        var missing = inputs > SmallBlock ? Missing(inputs) : 0;
        var more = input.requires_grad && is_grad_enabled() ? Missing(outputs) : 0;
        if (missing > 0)
        {
            var zeros = new long[2 * (input.dim() - 1)];
            zeros[^1] = missing;
            input = nn.functional.pad(input, zeros);
        }
        if (missing > 0 || more > 0)
        {
            var zeros = new long[2 * weight.dim()];
            (zeros[^1], zeros[^3]) = (more, missing);
            weight = nn.functional.pad(weight, zeros);
        }
        return more == 0 ? convolve(input, weight, bias)
            : convolve(input, weight, bias is null ? null : nn.functional.pad(bias, [0, more])).narrow(1, 0, outputs);
    }

    private static long Missing(long channels) => (Block - (channels % Block)) % Block;
}
