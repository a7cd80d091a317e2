using System.ComponentModel.DataAnnotations;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Options of <see cref="TransformerApproximator"/>.</summary>
public sealed class TransformerApproximatorOptions
{
    /// <summary>
    /// The inner width of the position-wise ReLU network, 1 to 65,536. With the position code each step has its share of the units, and
    /// there must be one for each. The default is 1,024.
    /// </summary>
    [Range(1, 65_536)]
    public int Width { get; set; } = 1024;

    /// <summary>
    /// The sharpness of a head's attention: the score of its step minus that of the others, 0 to 700. n steps of magnitude at most M are
    /// routed with an error of at most <c>2 M (n - 1) / (e^Beta + n - 1)</c>. The default is 40.
    /// </summary>
    [Range(0.0, 700.0)]
    public double Beta { get; set; } = 40;

    /// <summary>
    /// Whether each step carries a one-hot code of its position. The default is true; without it only permutation equivariant functions can
    /// be approximated.
    /// </summary>
    public bool PositionCode { get; set; } = true;

    /// <summary>
    /// The weight of the squared coefficients in the least-squares fit, relative to the units' mean square, 1e-14 to 1. The default is
    /// 1e-10.
    /// </summary>
    [Range(1e-14, 1.0)]
    public double Ridge { get; set; } = 1e-10;

    /// <summary>
    /// The number of sequences of the fit, 0 to 10,000,000. The default, 0, chooses: ten per unit of a step, but at least 4,000.
    /// </summary>
    [Range(0, 10_000_000)]
    public int FitPoints { get; set; }

    /// <summary>
    /// The number of sequences at which errors are measured, 1 to 10,000,000: this many Halton points, and a grid with the box's corners if
    /// one of no more points exists. The default is 4,096.
    /// </summary>
    [Range(1, 10_000_000)]
    public int HeldOutPoints { get; set; } = 4096;

    /// <summary>
    /// The memory of the fit in megabytes, 1 to 10,000,000; an exception is thrown if the units need more. The default is 2,048.
    /// </summary>
    [Range(1, 10_000_000)]
    public int MemoryBudgetMegabytes { get; set; } = 2048;

    /// <summary>The seed of the units and of the sequences of the fit. The default is 1.</summary>
    public int Seed { get; set; } = 1;
}
