using Microsoft.ML.Extensions.Onnx;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>
/// A convolutional network from frames <c>[N, C, H, W]</c> to maps <c>[N, Channels, h, w]</c>, where h and w are halved and rounded up
/// several times.
/// </summary>
internal abstract class Backbone(string name) : nn.Module<Tensor, Tensor>(name), IOnnxForm
{
    /// <summary>Channels of the maps.</summary>
    public abstract long Channels { get; }

    /// <summary>The number of times that height and width are halved.</summary>
    public abstract int Halvings { get; }

    public abstract OnnxValue ToOnnx(OnnxGraph graph, OnnxValue input);

    /// <summary>The length of a side of the maps.</summary>
    public int Side(int side)
    {
        for (var i = 0; i < Halvings; i++)
        {
            side = (side + 1) / 2;
        }
        return side;
    }
}
