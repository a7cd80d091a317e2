using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Tasks;

namespace Microsoft.ML.Extensions.Training;

/// <summary>Learns from labels of which a part is spread evenly over the classes (Szegedy et al. 2016, arXiv 1512.00567, section 7).</summary>
internal sealed class LabelSmoothing(TaskHead head, double part) : TrainingTechnique, ITechnique
{
    public static TrainingTechnique? For(TechniqueContext context) =>
        context.Options.LabelSmoothing > 0 ? new LabelSmoothing(context.Head, context.Options.LabelSmoothing) : null;

    // The head's own loss of such labels takes the place of that of plain ones.
    public override OutputLoss Loss(OutputLoss loss) => (outputs, labels) => head.Loss(outputs, labels, part);
}
