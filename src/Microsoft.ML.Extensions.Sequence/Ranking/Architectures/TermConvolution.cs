using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Torch;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>
/// A linear map of windows of terms, <c>[N, L, D]</c> to <c>[N, L, H]</c>: a window begins at its term; positions after the end are zero.
/// </summary>
internal sealed class TermConvolution : nn.Module<Tensor, Tensor>, IWeightMatrices
{
    private readonly Parameter weight;
    private readonly Parameter bias;
    private readonly long _before;
    private readonly long _after;

    /// <param name="inputs">D.</param>
    /// <param name="outputs">H.</param>
    /// <param name="window">The terms of a window.</param>
    /// <param name="generator">The source of the initial weights.</param>
    /// <param name="centred">Whether the window is centred at its term.</param>
    public TermConvolution(long inputs, long outputs, long window, Generator generator, bool centred = false)
        : base(nameof(TermConvolution))
    {
        _before = centred ? (window - 1) / 2 : 0;
        _after = window - 1 - _before;
        weight = Initial.Uniform(inputs * window, generator, outputs, inputs, window);
        bias = Initial.Zeros(outputs);
        RegisterComponents();
    }

    public IEnumerable<WeightMatrix> WeightMatrices => [WeightMatrix.Of(nameof(weight), weight)];

    public override Tensor forward(Tensor input) =>
        Convolutions.OverTime(nn.functional.pad(input.transpose(1, 2), [_before, _after]), weight, bias).transpose(1, 2);
}
