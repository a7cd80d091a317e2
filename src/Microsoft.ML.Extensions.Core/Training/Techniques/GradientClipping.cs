using Microsoft.ML.Extensions.Numerics;
using Microsoft.ML.Extensions.Torch;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using Primitives = System.Numerics.Tensors.TensorPrimitives;

namespace Microsoft.ML.Extensions.Training;

/// <summary>
/// Scales down a gradient whose norm over all parameters exceeds a limit (Pascanu et al. 2013, arXiv 1211.5063, section 3.2).
/// </summary>
/// <remarks>On the CPU two loops over the gradients replace two native calls for each parameter; elsewhere libtorch's function does it.</remarks>
internal sealed class GradientClipping(IReadOnlyList<Parameter> parameters, double largest) : TrainingTechnique, ITechnique
{
    // As in libtorch, so that a norm of 0 divides nothing by it.
    private const float Least = 1e-6f;

    public static TrainingTechnique? For(TechniqueContext context) =>
        context.Options.GradientClip > 0 ? new GradientClipping(context.Parameters, context.Options.GradientClip) : null;

    public override void BeforeStep(long step)
    {
        using var scope = NewDisposeScope();
        Tensor[] gradients = [.. parameters.Select(parameter => parameter.grad).OfType<Tensor>()];
        if (!Array.TrueForAll(gradients, IsPlain))
        {
            nn.utils.clip_grad_norm_(parameters, largest);
            return;
        }
        var factor = (float)(largest / (Math.Sqrt(gradients.Sum(gradient => SquaredNorm.Of(gradient.AsSpan()))) + Least));
        // NaN goes on: the loss of the next step shows it.
        if (factor >= 1)
        {
            return;
        }
        foreach (var gradient in gradients)
        {
            Primitives.Multiply(gradient.AsSpan(), factor, gradient.AsSpan());
        }
    }

    private static bool IsPlain(Tensor gradient) =>
        gradient.device_type == DeviceType.CPU && gradient.dtype == ScalarType.Float32 && gradient.is_contiguous();
}
