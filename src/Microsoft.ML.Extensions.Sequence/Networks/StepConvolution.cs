using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Onnx;
using Microsoft.ML.Extensions.Torch;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Networks;

/// <summary>A convolution over time: <c>[B, T, in]</c> to <c>[B, T, out]</c>.</summary>
/// <remarks>
/// Causal: the window ends at its step. Centred: the window also covers later steps, so padding must be zero
/// (<see cref="Columns.InputBatch.Mask"/>).
/// </remarks>
internal sealed class StepConvolution : nn.Module<Tensor, Tensor>, IOnnxForm, IWeightMatrices
{
    private const string Earlier = "before";

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

    public IEnumerable<WeightMatrix> WeightMatrices => [WeightMatrix.Of(nameof(weight), weight)];

    // The steps of the window before its own.
    private long Before => _causal ? _width - 1 : _width / 2;

    public override Tensor forward(Tensor input)
    {
        InputTrace.AddChannels(weight, input.transpose(1, 2));
        return Convolve(nn.functional.pad(input.transpose(1, 2), [Before, _width - 1 - Before]));
    }

    /// <summary>The convolution of the valid steps, normalised, and ReLU.</summary>
    public Tensor Normalized(Tensor input, InputBatch batch, StepBatchNorm norm)
    {
        if (training && FusedStepNorm.Serves(input))
        {
            InputTrace.AddChannels(weight, input.transpose(1, 2));
            return norm.Fused(input, batch, (weight, bias, (int)Before), isRelu: true);
        }
        return nn.functional.relu(norm.call(call(batch.IsFull ? input : input * batch.Mask), batch));
    }

    public OnnxValue ToOnnx(OnnxGraph graph, OnnxValue input)
    {
        var (seen, pads) = (graph.Transpose(input, 0, 2, 1), new[] { Before, _width - 1 - Before });
        if (graph.Stream is { } stream && _width > 1)
        {
            seen = graph.Concat(2, stream.Read(new OnnxState(0, weight.shape[1], _width - 1), OnnxType.Single), seen);
            stream.Write(graph.Slice(seen, 2, 1 - _width, long.MaxValue));
            pads = [0, 0];
        }
        return graph.Transpose(graph.Op("Conv", [seen, graph.Constant(weight), graph.Constant(bias)], ("pads", pads)), 0, 2, 1);
    }

    /// <summary>
    /// As a causal forward on steps <c>[B, t, in]</c> that continue from <paramref name="state"/>, which holds the last <c>width - 1</c>
    /// steps.
    /// </summary>
    public Tensor Advance(Tensor input, StreamState state)
    {
        var before = state.Get(Earlier, () => zeros([input.shape[0], input.shape[2], _width - 1], input.dtype, input.device));
        var seen = cat([before, input.transpose(1, 2)], -1);
        state.Set(Earlier, seen.narrow(-1, input.shape[1], _width - 1).clone());
        return Convolve(seen);
    }

    private Tensor Convolve(Tensor padded) => Convolutions.OverTime(padded, weight, bias).transpose(1, 2);
}
