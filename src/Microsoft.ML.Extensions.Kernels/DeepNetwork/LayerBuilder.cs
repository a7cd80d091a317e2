using Microsoft.ML.Extensions.Columns;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Kernels;

/// <summary>Creates the layers of a plan in order, each for the output shape of the previous one.</summary>
/// <param name="first">The initialiser.</param>
/// <param name="plan">The shape.</param>
/// <param name="values">The numbers of a row.</param>
/// <param name="image">Their shape, where they are an image; null otherwise.</param>
/// <param name="generator">The source of the initial weights.</param>
internal sealed class LayerBuilder(InitialWeights first, NetworkPlan plan, int values, FrameShape? image, Generator generator)
{
    private FrameShape? _image = plan.NeedsImages ? image : null;
    private long _values = values;
    private LayerPlan? _before;

    /// <summary>The multiplications of the layers so far, for one row.</summary>
    public long Products { get; private set; }

    public DeepLayer Hidden(LayerPlan layer)
    {
        Pool(layer.Pool);
        var made = Make(layer, _before is null ? first.First : first.Hidden(AddsInput(layer) ? plan.ResidualWeight!.Value : 0));
        _image = layer.IsConvolution ? _image! with { Channels = layer.Width } : null;
        _values = _image?.Values ?? layer.Width;
        _before = layer;
        return made;
    }

    public DeepLayer Output(int outputs)
    {
        Pool(plan.LastPool);
        return Make(new LayerPlan(outputs), first.Output);
    }

    private DeepLayer Make(LayerPlan layer, LayerVariances variances)
    {
        var made = layer.IsConvolution
            ? new DeepLayer(first, variances, generator, layer.Width, _image!.Channels, layer.Kernel, layer.Kernel)
            : new DeepLayer(first, variances, generator, layer.Width, _values);
        Products += made.Inputs * layer.Width * (layer.IsConvolution ? (long)_image!.Height * _image.Width : 1);
        return made;
    }

    private bool AddsInput(LayerPlan layer) =>
        _before is { } before && layer.Pool == 1 && before.Width == layer.Width && before.IsConvolution == layer.IsConvolution;

    private void Pool(int side)
    {
        if (side > 1)
        {
            // As max_pool2d counts with ceil_mode.
            _image = new FrameShape(_image!.Channels, Shrunk(_image.Height), Shrunk(_image.Width));
            _values = _image.Values;
        }

        int Shrunk(int length) => (length + Math.Min(side, length) - 1) / Math.Min(side, length);
    }
}
