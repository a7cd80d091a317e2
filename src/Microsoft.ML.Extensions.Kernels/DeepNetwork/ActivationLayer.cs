using Microsoft.ML.Extensions.Onnx;
using Microsoft.ML.Extensions.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Kernels;

/// <summary>An activation on tensors, the counterpart of <see cref="ActivationFunction"/> on numbers.</summary>
internal sealed class ActivationLayer(DeepActivation kind, double negativeSlope) : nn.Module<Tensor, Tensor>(nameof(ActivationLayer)), IOnnxForm
{
    private static readonly Scalar RootHalf = Math.Sqrt(0.5);
    private static readonly Scalar RootTwoOverPi = Math.Sqrt(2 / Math.PI);
    private const double Cube = 0.044715;

    private static readonly Scalar Cubic = Cube;

    private readonly Scalar _lost = -negativeSlope;

    public override Tensor forward(Tensor z) => kind switch
    {
        DeepActivation.Relu => z.relu(),
        DeepActivation.LeakyRelu => z.relu().add(z.neg().relu(), _lost),
        DeepActivation.Tanh => z.tanh(),
        DeepActivation.Erf => z.erf(),
        DeepActivation.Sine => z.sin(),
        DeepActivation.Gelu => nn.functional.gelu(z),
        DeepActivation.GeluTanh => z * Numbers.Half * (z.Plus(z * z * z * Cubic) * RootTwoOverPi).tanh().Plus(Numbers.One),
        DeepActivation.Swish => nn.functional.silu(z),
        DeepActivation.Softplus => z.relu().Plus(z.abs().neg().exp().log1p()),
        DeepActivation.Sigmoid => z.sigmoid(),
        _ => z,
    };

    public OnnxValue ToOnnx(OnnxGraph graph, OnnxValue input) => kind switch
    {
        DeepActivation.Relu => graph.Relu(input),
        DeepActivation.LeakyRelu => graph.Op("LeakyRelu", [input], ("alpha", (float)negativeSlope)),
        DeepActivation.Tanh => graph.Op("Tanh", [input]),
        DeepActivation.Erf => graph.Op("Erf", [input]),
        DeepActivation.Sine => graph.Op("Sin", [input]),
        DeepActivation.Gelu => graph.Gelu(input),
        DeepActivation.GeluTanh => GeluTanh(graph, input),
        DeepActivation.Swish => graph.Times(input, graph.Op("Sigmoid", [input])),
        DeepActivation.Softplus => graph.Op("Softplus", [input]),
        DeepActivation.Sigmoid => graph.Op("Sigmoid", [input]),
        _ => input,
    };

    private static OnnxValue GeluTanh(OnnxGraph graph, OnnxValue z)
    {
        var cube = graph.Times(graph.Times(z, z), z);
        var inner = graph.Scaled(graph.Plus(z, graph.Scaled(cube, Cube)), Math.Sqrt(2 / Math.PI));
        return graph.Times(graph.Scaled(z, 0.5), graph.Plus(graph.Op("Tanh", [inner]), graph.Number(1)));
    }
}
