using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Networks;

/// <summary>A convolution over time: <c>[B, T, in]</c> to <c>[B, T, out]</c>.</summary>
/// <remarks>
/// Causal: a step sees itself and the <c>width - 1</c> before it. Centred: it sees as many after it, so padding must be zero
/// (<see cref="Columns.InputBatch.Mask"/>).
/// </remarks>
internal sealed class StepConvolution : nn.Module<Tensor, Tensor>
{
    private readonly Parameter weight;
    private readonly Parameter bias;
    private readonly long _width;
    private readonly bool _causal;

    public StepConvolution(long inputs, long outputs, long width, bool causal, Generator generator)
        : base(nameof(StepConvolution))
    {
        (_width, _causal) = (width, causal);
        weight = Initial.Uniform(inputs * width, generator, outputs, inputs, width);
        bias = Initial.Zeros(outputs);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        var before = _causal ? _width - 1 : _width / 2;
        var padded = nn.functional.pad(input.transpose(1, 2), [before, _width - 1 - before]);
        return nn.functional.conv1d(padded, weight, bias).transpose(1, 2);
    }
}
