using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Tasks;
using Microsoft.ML.Extensions.Torch;

namespace Microsoft.ML.Extensions.Training;

/// <summary>
/// Adds the distance of outputs to those of a teacher to the loss, where its trainer read them with the labels: <see
/// cref="DistillationOptions"/> is its paper note.
/// </summary>
/// <param name="options">The weight and the temperature.</param>
/// <param name="head">The task.</param>
internal sealed class LabelledDistillation(DistillationOptions options, TaskHead head) : TrainingTechnique
{
    public override OutputLoss Loss(OutputLoss loss) => (outputs, labels) =>
        loss(outputs, labels).Plus(head.DistanceToLabelled(outputs, labels, options.Temperature), options.Weight);
}
