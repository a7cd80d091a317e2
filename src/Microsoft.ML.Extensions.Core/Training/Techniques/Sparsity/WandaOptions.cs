using System.ComponentModel.DataAnnotations;

namespace Microsoft.ML.Extensions;

/// <summary>
/// Pruning by weights and activations: the weights with the largest product of their size and the norm of their input are kept (Wanda: Sun, Liu, Bair, Kolter 2023,
/// arXiv 2306.11695, section 3).
/// </summary>
/// <remarks>
/// A small weight that reads a large input matters, and a large weight that reads an input that is nearly always 0 does not. As in the paper, single weights are compared within each
/// output (each tap of an output of a convolution), so that every output keeps the same part; groups as N:M, and blocks within each matrix. Nothing is trained again.
/// </remarks>
public sealed class WandaOptions : PruningOptions
{
    /// <summary>The rows whose activations are measured, the first ones of the data, 1 to 1,000,000. The default is 512.</summary>
    [Range(1, 1_000_000)]
    public int Rows { get; set; } = 512;

    internal override bool ComparesWithinOutputs => Structure == SparsityStructure.Unstructured;

    internal override string Path => nameof(WandaOptions);

    private protected override IEnumerable<string> Errors()
    {
        foreach (var error in base.Errors())
        {
            yield return error;
        }
        if (Structure == SparsityStructure.Neurons)
        {
            yield return $"{nameof(Structure)} is {Structure}, and weights are compared here; allowed are {SparsityStructure.Unstructured}, {SparsityStructure.Groups} and {SparsityStructure.Blocks}.";
        }
        if (Distribution is not (null or SparsityDistribution.Uniform) || Gates != SparsityGates.Balanced)
        {
            yield return $"{nameof(Distribution)} or {nameof(Gates)} is set, and every output keeps the same part; leave both at their defaults.";
        }
    }
}
