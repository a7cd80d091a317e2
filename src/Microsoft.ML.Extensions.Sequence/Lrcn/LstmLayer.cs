using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Onnx;
using Microsoft.ML.Extensions.Torch;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Output and cell of an LSTM, <c>[B, H]</c> each.</summary>
internal sealed record LstmState(Tensor Output, Tensor Cell);

/// <summary>
/// An LSTM with forget gate and without peepholes, <c>[B, T, D]</c> to <c>[B, T, H]</c>; outputs do not depend on later steps.
/// </summary>
/// <remarks>
/// <c>i, f, o = sigmoid(W x + R h + b)</c>, <c>g = tanh(W x + R h + b)</c>, <c>c = f c + i g</c>, <c>h = o tanh(c)</c> (Hochreiter and
/// Schmidhuber 1997; Gers et al. 2000). The forget gate's bias is initially 1.
/// TorchSharp's LSTM draws its initial weights from libtorch's global generator.
/// </remarks>
internal sealed class LstmLayer : nn.Module<Tensor, Tensor>, IOnnxForm, IWeightMatrices
{
    private const int Gates = 4;

    private readonly Parameter weight;
    private readonly Parameter bias;
    private readonly Parameter recurrent;
    private readonly long _width;

    public LstmLayer(long inputs, long width, Generator generator)
        : base(nameof(LstmLayer))
    {
        _width = width;
        weight = Initial.Uniform(inputs, generator, 4 * width, inputs);
        recurrent = Initial.Uniform(width, generator, width, 4 * width);
        bias = new Parameter(cat([zeros(width), ones(width), zeros(2 * width)]));
        RegisterComponents();
    }

    public IEnumerable<WeightMatrix> WeightMatrices =>
    [
        WeightMatrix.Of(nameof(weight), weight, WeightRole.InputToHidden, Gates),
        WeightMatrix.Transposed(nameof(recurrent), recurrent, WeightRole.HiddenToHidden, Gates),
    ];

    public override Tensor forward(Tensor steps)
    {
        var inputs = Inputs(steps);
        var state = Start(steps.shape[0], steps);
        var outputs = new Tensor[steps.shape[1]];
        for (var t = 0; t < outputs.Length; t++)
        {
            state = Next(inputs.select(1, t), state);
            outputs[t] = state.Output;
        }
        return stack(outputs, 1);
    }

    public OnnxValue ToOnnx(OnnxGraph graph, OnnxValue input)
    {
        using var scope = NewDisposeScope();
        // ONNX has the gates i, o, f, g.
        Tensor Ordered(Tensor stacked)
        {
            var gates = stacked.detach().chunk(Gates, 0);
            return cat([gates[0], gates[2], gates[1], gates[3]]).unsqueeze(0);
        }
        OnnxValue[] inputs =
        [
            graph.Transpose(input, 1, 0, 2), graph.Constant(Ordered(weight)), graph.Constant(Ordered(recurrent.t())),
            graph.Constant(cat([Ordered(bias), zeros_like(bias).unsqueeze(0)], 1)),
        ];
        return graph.Transpose(graph.Squeeze(graph.Op("LSTM", inputs, ("hidden_size", _width)), 1), 1, 0, 2);
    }

    /// <summary>Computes one step, from inputs <c>[B, D]</c>.</summary>
    public LstmState Step(Tensor input, LstmState state) => Next(Inputs(input), state);

    /// <summary>The state before the first step.</summary>
    /// <param name="rows">B.</param>
    /// <param name="like">A tensor with the type and device to use.</param>
    public LstmState Start(long rows, Tensor like)
    {
        var nothing = zeros([rows, _width], like.dtype, like.device);
        return new LstmState(nothing, nothing);
    }

    private Tensor Inputs(Tensor values) => nn.functional.linear(values, weight, bias);

    private LstmState Next(Tensor inputs, LstmState state)
    {
        var sums = inputs.Plus(state.Output.Times(recurrent));
        var gates = sums.narrow(-1, 0, 3 * _width).sigmoid();
        var cell = (gates.narrow(-1, _width, _width) * state.Cell)
            .Plus(gates.narrow(-1, 0, _width) * sums.narrow(-1, 3 * _width, _width).tanh());
        return new LstmState(gates.narrow(-1, 2 * _width, _width) * cell.tanh(), cell);
    }
}
