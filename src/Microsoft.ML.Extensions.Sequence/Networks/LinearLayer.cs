using Microsoft.ML.Extensions.Onnx;
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
        return nn.functional.linear(input, weight, bias);
    }

    public OnnxValue ToOnnx(OnnxGraph graph, OnnxValue input) => graph.Linear(input, weight, bias);
}
