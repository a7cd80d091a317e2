using System.ComponentModel.DataAnnotations;

namespace Microsoft.ML.Extensions.Kernels;

/// <summary>Options of <c>ml.Model.AdviseArchitecture</c>.</summary>
public sealed class ArchitectureAdvisorOptions : ICheckedOptions
{
    /// <summary>
    /// The activation: one of the package (<see cref="ActivationFunction.Of"/>) or any function
    /// (<see cref="ActivationFunction.FromDelegate"/>). The default is ReLU.
    /// </summary>
    [Required]
    public ActivationFunction Activation { get; set; } = ActivationFunction.Of(DeepActivation.Relu);

    /// <summary>Hidden layers, 1 to 10,000. The default, null, is the best for <see cref="Width"/>.</summary>
    [Range(1, 10_000)]
    public int? Depth { get; set; }

    /// <summary>Neurons of a hidden layer, 1 to 65,536. The default, null, is the best for <see cref="Depth"/>.</summary>
    [Range(1, ArchitectureAdvisor.MostWidth)]
    public int? Width { get; set; }

    /// <summary>Numbers of a row, 0 to 16,777,216. The default, 0, is what the data have.</summary>
    [Range(0, 16_777_216)]
    public int Inputs { get; set; }

    /// <summary>Outputs of the network: classes, or 1; 1 to 1,000,000. The default is 1.</summary>
    [Range(1, 1_000_000)]
    public int Outputs { get; set; } = 1;

    /// <summary>
    /// gamma, the factor of a hidden layer's preactivations that is added to those of the next, 0 to 0.9999. The default is 0.
    /// </summary>
    [Range(0.0, ResidualWeights.Largest)]
    public double ResidualWeight { get; set; }

    /// <summary>The input column of the data, where data are given. The default is <c>Features</c>.</summary>
    [Required]
    public string FeatureColumnName { get; set; } = "Features";

    /// <summary>The seed of the random network. The default is 1.</summary>
    public int Seed { get; set; } = 1;

    IEnumerable<string> ICheckedOptions.Errors() =>
        Depth is null && Width is null ? ["Depth and Width are both null; at least one is needed."] : [];
}
