using Microsoft.ML.Extensions.Numerics;
using Microsoft.ML.Extensions.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Training;

/// <summary>The steps of <see cref="AdamStep"/> and <see cref="MomentumStep"/> as tensor operations, for any device and type.</summary>
/// <remarks>Every number is kept alive until its operation ends, which TorchSharp does not do itself.</remarks>
internal static class TensorUpdates
{
    public static void Adam(AdamStep step, Tensor weights, Tensor gradient, Tensor first, Tensor second)
    {
        using Scalar shrink = step.Shrink, decay = step.Decay, beta1 = AdamStep.Beta1, rest1 = 1 - AdamStep.Beta1;
        using Scalar beta2 = AdamStep.Beta2, rest2 = 1 - AdamStep.Beta2, bias = step.RootBias,
            epsilon = AdamStep.Epsilon, rate = -step.Rate;
        weights.mul_(shrink);
        var g = gradient.add(weights, decay);
        first.mul_(beta1).add_(g, rest1);
        second.mul_(beta2).addcmul_(g, g, rest2);
        weights.addcdiv_(first, second.sqrt().div_(bias).Plus(epsilon), rate);
    }

    public static void Momentum(MomentumStep step, Tensor weights, Tensor gradient, Tensor velocity)
    {
        using Scalar momentum = step.Momentum, decay = step.Decay, rate = -step.Rate;
        velocity.mul_(momentum).add_(gradient, Numbers.One).add_(weights, decay);
        weights.add_(velocity, rate);
    }
}
