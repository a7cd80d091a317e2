using Microsoft.ML.Extensions.Columns;

namespace Microsoft.ML.Extensions.Kernels;

/// <summary>The shape of what a layer reads.</summary>
/// <param name="Image">That of an image; null for a vector.</param>
/// <param name="Values">The numbers.</param>
internal readonly record struct DeepShape(FrameShape? Image, int Values)
{
    /// <summary>The shape after max pooling with windows of this side, as max_pool2d counts with ceil_mode.</summary>
    public DeepShape Pooled(int side) => side <= 1 || Image is null ? this
        : Of(Image with { Height = Shrunk(Image.Height, side), Width = Shrunk(Image.Width, side) });

    /// <summary>The shape of a layer's outputs.</summary>
    public DeepShape After(LayerPlan layer) =>
        layer.IsConvolution ? Of(Pooled(layer.Pool).Image! with { Channels = layer.Width }) : new DeepShape(null, layer.Width);

    private static DeepShape Of(FrameShape image) => new(image, image.Values);

    private static int Shrunk(int length, int side) => (length + Math.Min(side, length) - 1) / Math.Min(side, length);
}
