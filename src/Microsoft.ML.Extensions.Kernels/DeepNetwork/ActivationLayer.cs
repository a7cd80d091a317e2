using Microsoft.ML.Extensions.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Kernels;

/// <summary>An activation on tensors, the counterpart of <see cref="ActivationFunction"/> on numbers.</summary>
internal sealed class ActivationLayer(DeepActivation kind, double negativeSlope) : nn.Module<Tensor, Tensor>(nameof(ActivationLayer))
{
    private static readonly Scalar RootHalf = Math.Sqrt(0.5);
    private static readonly Scalar RootTwoOverPi = Math.Sqrt(2 / Math.PI);
    private static readonly Scalar Cubic = 0.044715;

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
}
