using Microsoft.ML.Extensions.Networks;

namespace Microsoft.ML.Extensions.Training;

/// <summary>Moves weights back into the range that the network needs, after every step.</summary>
internal sealed class WeightConstraint(Network network) : TrainingTechnique, ITechnique
{
    public static TrainingTechnique? For(TechniqueContext context) => new WeightConstraint(context.Network);

    public override void AfterStep(Optimizer optimizer) => IConstrained.Constrain(network);
}
