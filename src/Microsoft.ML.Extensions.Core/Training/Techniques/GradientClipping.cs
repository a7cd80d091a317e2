using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Training;

/// <summary>
/// Scales down a gradient whose norm over all parameters exceeds a limit (Pascanu et al. 2013, arXiv 1211.5063, section 3.2).
/// </summary>
internal sealed class GradientClipping(IReadOnlyList<Parameter> parameters, double largest) : TrainingTechnique, ITechnique
{
    public static TrainingTechnique? For(TechniqueContext context) =>
        context.Options.GradientClip > 0 ? new GradientClipping(context.Parameters, context.Options.GradientClip) : null;

    public override void BeforeStep(long step) => nn.utils.clip_grad_norm_(parameters, largest);
}
