using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Onnx;
using Microsoft.ML.Extensions.Torch;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Networks;

/// <summary>
/// <c>y = W x + b</c> at every step: <c>[..., in]</c> to <c>[..., out]</c>. Initial weights come from the given generator.
/// </summary>
internal sealed class LinearLayer : nn.Module<Tensor, Tensor>, IOnnxForm, IWeightMatrices
{
    private readonly Parameter weight;
    private readonly Parameter bias;

    public LinearLayer(long inputs, long outputs, Generator generator)
        : base(nameof(LinearLayer))
    {
        weight = Initial.Uniform(inputs, generator, outputs, inputs);
        bias = Initial.Zeros(outputs);
        RegisterComponents();
    }

    public IEnumerable<WeightMatrix> WeightMatrices => [WeightMatrix.Of(nameof(weight), weight)];

    public override Tensor forward(Tensor input)
    {
        InputTrace.Add(weight, input);
        return training && FusedProduct.Serves(input) && FusedStepNorm.Serves(weight)
            ? FusedProduct.Linear(input, weight, bias) : nn.functional.linear(input, weight, bias);
    }

    /// <summary>The layer at the valid steps, normalised, with dropout, and a residual connection around all.</summary>
    public Tensor Normalized(Tensor input, InputBatch batch, StepBatchNorm norm, SeededDropout dropout, Tensor residual)
    {
        if (training && FusedStepNorm.Serves(input))
        {
            InputTrace.Add(weight, input);
            return norm.Fused(
                input, batch, (weight, bias, 0), isRelu: false, dropout.Kept([input.shape[0], 1, weight.shape[0]], input), residual);
        }
        return residual.Plus(dropout.call(norm.call(call(input), batch)));
    }

    public OnnxValue ToOnnx(OnnxGraph graph, OnnxValue input) => graph.Linear(input, weight, bias);
}
