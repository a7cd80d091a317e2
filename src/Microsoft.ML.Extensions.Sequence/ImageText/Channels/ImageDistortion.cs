using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Shifts and scales images <c>[B, C * H * W]</c> at random in training; pixels beyond the border repeat it.</summary>
/// <param name="part">The largest shift as a part of a side, and the largest change of scale.</param>
/// <param name="frame">The shape of an image.</param>
/// <param name="randomness">The source of random numbers.</param>
internal sealed class ImageDistortion(double part, FrameShape frame, RandomSource randomness)
    : nn.Module<Tensor, Tensor>(nameof(ImageDistortion))
{
    public override Tensor forward(Tensor images)
    {
        if (!training || part == 0)
        {
            return images;
        }
        var rows = images.shape[0];
        var drawn = TorchMemory.Uniform([rows, 3], randomness.Generator, images.dtype, images.device).Scaled(2 * part).Minus(part);
        // Positions run from -1 to 1, so a part of a side is twice as much.
        var scale = drawn.narrow(1, 0, 1).Plus(1.0);
        var (right, down, none) = (drawn.narrow(1, 1, 1).Scaled(2), drawn.narrow(1, 2, 1).Scaled(2), zeros_like(scale));
        var maps = cat([scale, none, right, none, scale, down], 1).view(rows, 2, 3);
        long[] shape = [rows, frame.Channels, frame.Height, frame.Width];
        return nn.functional.grid_sample(
            images.view(shape), nn.functional.affine_grid(maps, shape, align_corners: false),
            GridSampleMode.Bilinear, GridSamplePaddingMode.Border, align_corners: false).view(rows, -1);
    }
}
