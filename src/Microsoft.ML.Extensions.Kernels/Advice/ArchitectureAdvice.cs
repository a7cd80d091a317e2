using System.Text;

namespace Microsoft.ML.Extensions.Kernels;

/// <summary>The theory's predictions for a network's shape, compared with one random network of that shape.</summary>
/// <remarks>
/// <para>
/// r* = 4 / (20 + 3 K) / nu, with K outputs, is the ratio of depth to width at which a hidden layer has most information about its input,
/// to second order in 1 / width; the formula comes from later software that cites the book, and was not checked against the book. It
/// depends on the activation and the number of outputs, not on the data: use it as a starting point, and decide by validation data. It does
/// not cover norms, pooling and convolutions.
/// </para>
/// <para>Source: Roberts, Yaida, Hanin, "The Principles of Deep Learning Theory", 2022, arXiv 2106.10165.</para>
/// </remarks>
public sealed class ArchitectureAdvice
{
    private const double Band = 3;

    private readonly ArchitectureAdvisorOptions _options;

    internal ArchitectureAdvice(ArchitectureAdvisorOptions options, CriticalPoint point, (int Depth, int Width) shape, int inputs) =>
        (_options, Critical, Depth, Width, Inputs) = (options, point, shape.Depth, shape.Width, inputs);

    /// <summary>The activation's class and constants, or the reason why it has none.</summary>
    public CriticalPoint Critical { get; }

    /// <summary>The number of hidden layers: the given one, or the best one for the width.</summary>
    public int Depth { get; }

    /// <summary>The width of hidden layers: the given one, or the best one for the depth.</summary>
    public int Width { get; }

    /// <summary>Numbers of a row.</summary>
    public int Inputs { get; }

    /// <summary>Outputs of the network.</summary>
    public int Outputs => _options.Outputs;

    /// <summary>gamma.</summary>
    public double ResidualWeight => _options.ResidualWeight;

    /// <summary>nu(gamma), what a hidden layer adds to the fluctuations, times its width; NaN without a critical point.</summary>
    public double Fluctuation => Critical.FluctuationWith(ResidualWeight);

    /// <summary>r, the depth over the width.</summary>
    public double AspectRatio => (double)Depth / Width;

    /// <summary>r*, the best ratio; NaN without a critical point.</summary>
    public double OptimalAspectRatio => Kernels.AspectRatio.Optimal(Critical, Outputs, ResidualWeight);

    /// <summary>How r compares with r*.</summary>
    public ArchitectureVerdict Verdict => !Critical.Exists ? ArchitectureVerdict.NoCriticalPoint
        : AspectRatio < OptimalAspectRatio / Band ? ArchitectureVerdict.TooWide
        : AspectRatio > OptimalAspectRatio * Band ? ArchitectureVerdict.TooDeep
        : ArchitectureVerdict.NearOptimal;

    /// <summary>The width at which r of this depth is r*, at least 1; null without a critical point.</summary>
    public int? SuggestedWidth => Critical.Exists ? ArchitectureAdvisor.WidthFor(Depth, OptimalAspectRatio) : null;

    /// <summary>The depth at which r of this width is r*, at least 1; null without a critical point.</summary>
    public int? SuggestedDepth => Critical.Exists ? ArchitectureAdvisor.DepthFor(Width, OptimalAspectRatio) : null;

    /// <summary>
    /// The residual weight for which r* equals r; 0 where r is already below r*; null where no weight up to 0.9999 suffices, or without a
    /// critical point.
    /// </summary>
    public double? SuggestedResidualWeight =>
        Critical.Exists ? Kernels.AspectRatio.ResidualWeightFor(Critical, Outputs, AspectRatio) : null;

    /// <summary>
    /// The relative deviation of K at the outputs among random networks: sqrt(nu depth / width); NaN without a critical point.
    /// </summary>
    public double RelativeDeviation => Math.Sqrt(Fluctuation * AspectRatio);

    /// <summary>
    /// The predictions for every layer of weights, including the output layer; without a critical point, for weights of variance 1 /
    /// inputs.
    /// </summary>
    public IReadOnlyList<LayerPrediction> Layers { get; internal init; } = [];

    /// <summary>K of each layer in one random network of this shape; empty where the network would be too large.</summary>
    public IReadOnlyList<double> MeasuredKernels { get; internal init; } = [];

    /// <summary>A chart of K and of the susceptibilities by layer, predicted and measured, as SVG.</summary>
    public string ToSvg() => new AdviceChart(this).Draw();

    /// <summary>The advice as text.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.AppendLine($"{Depth} hidden layers of {Width}, {Critical.Activation}, {Inputs} inputs, {Outputs} outputs, residual weight {Text.Of(ResidualWeight)}");
        if (!Critical.Exists)
        {
            return text.AppendLine($"No critical initialisation: {Critical.Reason}. Use another activation for a deep network.").ToString();
        }
        text.AppendLine($"Critical initialisation ({Critical.Class}): C_b {Text.Of(Critical.BiasVariance)}, C_W {Text.Of(Critical.WeightVariance)}"
            + (double.IsNaN(Critical.Kernel) ? "" : $", K* {Text.Of(Critical.Kernel)}"));
        text.AppendLine($"Depth over width {Text.Of(AspectRatio)}, best {Text.Of(OptimalAspectRatio)} (nu {Text.Of(Fluctuation)}): {Said(Verdict)}");
        text.AppendLine($"At this depth the best width is {SuggestedWidth}, at this width the best depth {SuggestedDepth}; "
            + (SuggestedResidualWeight is { } gamma ? $"this shape is best with a residual weight of {Text.Of(gamma)}"
                : "no residual weight makes this shape best"));
        if (MeasuredKernels.Count > 0)
        {
            text.AppendLine($"K of the last layer: predicted {Text.Of(Layers[^1].Kernel)}, give or take {Text.Of(100 * RelativeDeviation)} %; "
                + $"in one random network {Text.Of(MeasuredKernels[^1])}");
        }
        return text.ToString();
    }

    private static string Said(ArchitectureVerdict verdict) => verdict switch
    {
        ArchitectureVerdict.TooWide => "too wide",
        ArchitectureVerdict.TooDeep => "too deep",
        _ => "near optimal",
    };
}
