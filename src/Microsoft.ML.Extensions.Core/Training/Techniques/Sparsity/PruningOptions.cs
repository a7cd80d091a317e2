using System.ComponentModel.DataAnnotations;
using System.Globalization;

namespace Microsoft.ML.Extensions;

/// <summary>Which weights of a network remain: how many, of which matrices, and in what structure.</summary>
public class PruningOptions : ICheckedOptions
{
    /// <summary>
    /// The part of the weights of the target matrices that are kept, above 0 and at most 1, which is no sparsity. It is met exactly, but for
    /// one unit that every matrix keeps. The default is 0.1.
    /// </summary>
    [Range(0.0, 1.0, MinimumIsExclusive = true)]
    public double Density { get; set; } = 0.1;

    /// <summary>
    /// The distribution over matrices. The default, null, is Uniform; in training it is Global for GraNet, Snip, GraSP and SynFlow, and
    /// ErdosRenyiKernel for StaticRandom, Set and RigL. Groups have the same density everywhere.
    /// </summary>
    public SparsityDistribution? Distribution { get; set; }

    /// <summary>The kinds of matrices that become sparse. The default is <see cref="SparsityTargets.All"/>.</summary>
    public SparsityTargets Targets { get; set; } = SparsityTargets.All;

    /// <summary>
    /// Names of the parameters that become sparse, or of modules that contain them, such as <c>blocks.0</c>. The default, null, takes all of
    /// <see cref="Targets"/>.
    /// </summary>
    public string[]? ParameterNames { get; set; }

    /// <summary>Whether gates of a cell that share a parameter keep their part of its weights. The default is <see cref="SparsityGates.Balanced"/>.</summary>
    public SparsityGates Gates { get; set; } = SparsityGates.Balanced;

    /// <summary>Which weights are removed together. The default is <see cref="SparsityStructure.Unstructured"/>.</summary>
    public SparsityStructure Structure { get; set; } = SparsityStructure.Unstructured;

    /// <summary>
    /// M of the structure N:M, 2 to 64; N is <see cref="Density"/> times M, a whole number. The inputs of every target must be a multiple.
    /// The default is 4.
    /// </summary>
    [Range(2, 64)]
    public int GroupSize { get; set; } = 4;

    /// <summary>The outputs of a block, 1 to 256, a divisor of those of every target (per gate of a cell). The default is 4.</summary>
    [Range(1, 256)]
    public int BlockOutputs { get; set; } = 4;

    /// <summary>The inputs of a block, 1 to 256, a divisor of those of every target. The default is 4.</summary>
    [Range(1, 256)]
    public int BlockInputs { get; set; } = 4;

    internal virtual SparsityDistribution ChosenDistribution => Distribution ?? SparsityDistribution.Uniform;

    /// <summary>Whether weights are compared with those of the same output alone.</summary>
    internal virtual bool ComparesWithinOutputs => false;

    /// <summary>How messages name these options.</summary>
    internal virtual string Path => nameof(PruningOptions);

    IEnumerable<string> ICheckedOptions.Errors() => Errors();

    private protected virtual IEnumerable<string> Errors()
    {
        if (Structure == SparsityStructure.Groups && !IsWhole(Density * GroupSize))
        {
            yield return string.Create(CultureInfo.InvariantCulture,
                $"{nameof(Density)} {Density} of groups of {nameof(GroupSize)} {GroupSize} is {Density * GroupSize} weights; allowed is a whole number, such as 2 of 4 by a density of 0.5.");
        }
        if (Structure == SparsityStructure.Groups && Distribution is not (null or SparsityDistribution.Uniform))
        {
            yield return $"{nameof(Distribution)} is {Distribution}; {nameof(Structure)} {Structure} has the same density everywhere, so allowed are null and {SparsityDistribution.Uniform}.";
        }
        if (Gates == SparsityGates.Redistributed && (Structure == SparsityStructure.Groups || ChosenDistribution == SparsityDistribution.Global))
        {
            yield return $"{nameof(Gates)} is {Gates}, and {(Structure == SparsityStructure.Groups ? $"{nameof(Structure)} {Structure}" : $"{nameof(Distribution)} {ChosenDistribution}")} "
                + $"already says how many weights each gate has; set it to {SparsityGates.Balanced}.";
        }
        if (Structure == SparsityStructure.Neurons && (Distribution ?? SparsityDistribution.Uniform) != SparsityDistribution.Uniform)
        {
            yield return $"{nameof(Distribution)} is {Distribution}; {nameof(Structure)} {Structure} keeps the same part of every layer, so allowed are null and {SparsityDistribution.Uniform}.";
        }
        if (Structure == SparsityStructure.Neurons && (Targets != SparsityTargets.All || ParameterNames is not null || Gates != SparsityGates.Balanced))
        {
            yield return $"{nameof(Structure)} is {Structure}, which removes neurons of all hidden layers with all of their weights; leave {nameof(Targets)}, {nameof(ParameterNames)} and {nameof(Gates)} at their defaults.";
        }
        if (ParameterNames is { Length: 0 } || ParameterNames?.Any(string.IsNullOrEmpty) == true)
        {
            yield return $"{nameof(ParameterNames)} is empty or has an empty name; name parameters, or set it to null.";
        }
    }

    private static bool IsWhole(double value) => value >= 0.5 && Math.Abs(value - Math.Round(value)) < 1e-9;
}
