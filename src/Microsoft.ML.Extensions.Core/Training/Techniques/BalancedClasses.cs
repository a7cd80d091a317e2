using Microsoft.ML.Extensions.Tasks;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Training;

/// <summary>Weights rows so that every class that occurs has the same total weight: N / (classes * rows of the class).</summary>
internal sealed class BalancedClasses(float[] classWeights, Device device) : TrainingTechnique, ITechnique
{
    public static TrainingTechnique? For(TechniqueContext context) => context.Options.ClassWeights switch
    {
        ClassWeighting.None => null,
        _ when context.Labels.ClassCounts.Count > 0 => new BalancedClasses(Of(context.Labels, context.Head.Outputs), context.Run.Device),
        var asked => throw new InvalidOperationException(
            $"Training.ClassWeights is {asked}, and the labels are not classes; set it to {ClassWeighting.None}."),
    };

    public override Tensor Weights(Tensor weights, Tensor labels) =>
        weights * tensor(classWeights, device: device)[labels.to_type(ScalarType.Int64)];

    private static float[] Of(LabelStatistics labels, int outputs)
    {
        var present = labels.ClassCounts.Count(count => count > 0);
        return Enumerable.Range(0, Math.Max(2, outputs))
            .Select(index => index < labels.ClassCounts.Count ? labels.ClassCounts[index] : 0)
            .Select(count => count == 0 ? 0f : labels.Rows / ((float)present * count))
            .ToArray();
    }
}
