using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Torch;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>
/// A convolution over pairs of terms, <c>[S, D, Lq, Ld]</c> to <c>[S, H, Lq, Ld]</c>; positions beyond the edges are zero.
/// </summary>
internal sealed class GridConvolution : nn.Module<Tensor, Tensor>, IWeightMatrices
{
    private readonly Parameter weight;
    private readonly Parameter bias;
    private readonly long _before;
    private readonly long _after;

    /// <param name="inputs">D.</param>
    /// <param name="outputs">H.</param>
    /// <param name="side">The number of terms of each text in a window.</param>
    /// <param name="generator">The source of the initial weights.</param>
    /// <param name="centred">Whether the window is centred at its pair of terms.</param>
    public GridConvolution(long inputs, long outputs, long side, Generator generator, bool centred)
        : base(nameof(GridConvolution))
    {
        _before = centred ? (side - 1) / 2 : 0;
        _after = side - 1 - _before;
        weight = Initial.Uniform(inputs * side * side, generator, outputs, inputs, side, side);
        bias = Initial.Zeros(outputs);
        RegisterComponents();
    }

    public IEnumerable<WeightMatrix> WeightMatrices => [WeightMatrix.Of(nameof(weight), weight)];

    public override Tensor forward(Tensor input) =>
        Convolutions.OverImages(nn.functional.pad(input, [_before, _after, _before, _after]), weight, bias);
}
