using System.Text;

namespace Microsoft.ML.Extensions.Kernels;

/// <summary>What theory says of a network's shape, beside one random network of that shape.</summary>
/// <remarks>
/// <para>
/// r* = 4 / (20 + 3 K) / nu, K being the outputs, is the ratio of depth to width at which a hidden layer tells most of its input to second
/// order in 1 / width; the formula is taken from later software that quotes the book, and was not checked against it. It knows the activation and the number of outputs, and nothing of the data: begin there, and let validation data decide.
/// Norms, pooling and convolutions are outside of it.
/// </para>
/// <para>Source: Roberts, Yaida, Hanin, "The Principles of Deep Learning Theory", 2022, arXiv 2106.10165.</para>
/// </remarks>
public sealed class ArchitectureAdvice
{
    private const double Band = 3;

    private readonly ArchitectureAdvisorOptions _options;

    internal ArchitectureAdvice(ArchitectureAdvisorOptions options, CriticalPoint point, (int Depth, int Width) shape, int inputs) =>
        (_options, Critical, Depth, Width, Inputs) = (options, point, shape.Depth, shape.Width, inputs);

    /// <summary>The activation's class and constants, or why it has none.</summary>
    public CriticalPoint Critical { get; }

    /// <summary>Hidden layers: those asked about, or those that suit the width.</summary>
    public int Depth { get; }

    /// <summary>Neurons of each: those asked about, or those that suit the depth.</summary>
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

    /// <summary>What r is beside r*.</summary>
    public ArchitectureVerdict Verdict => !Critical.Exists ? ArchitectureVerdict.NoCriticalPoint
        : AspectRatio < OptimalAspectRatio / Band ? ArchitectureVerdict.TooWide
        : AspectRatio > OptimalAspectRatio * Band ? ArchitectureVerdict.TooDeep
        : ArchitectureVerdict.NearOptimal;

    /// <summary>The width at which r of this depth is r*, at least 1; null without a critical point.</summary>
    public int? SuggestedWidth => Critical.Exists ? ArchitectureAdvisor.WidthFor(Depth, OptimalAspectRatio) : null;

    /// <summary>The depth at which r of this width is r*, at least 1; null without a critical point.</summary>
    public int? SuggestedDepth => Critical.Exists ? ArchitectureAdvisor.DepthFor(Width, OptimalAspectRatio) : null;

    /// <summary>The residual weight at which r* is r, 0 where r is below r* without; null where none up to 0.9999 is enough, or without a critical point.</summary>
    public double? SuggestedResidualWeight => Critical.Exists ? Kernels.AspectRatio.ResidualWeightFor(Critical, Outputs, AspectRatio) : null;

    /// <summary>The relative deviation of K at the outputs among random networks: sqrt(nu depth / width); NaN without a critical point.</summary>
    public double RelativeDeviation => Math.Sqrt(Fluctuation * AspectRatio);

    /// <summary>
    /// The prediction for every layer of weights, the outputs' last; without a critical point, for weights of variance one over the inputs.
    /// </summary>
    public IReadOnlyList<LayerPrediction> Layers { get; internal init; } = [];

    /// <summary>K of each layer in one random network of this shape; empty where it would be too large to make.</summary>
    public IReadOnlyList<double> MeasuredKernels { get; internal init; } = [];

    /// <summary>A chart of K and of the susceptibilities by layer, predicted and measured, as SVG.</summary>
    public string ToSvg() => new AdviceChart(this).Draw();

    /// <summary>The advice in a few lines.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.AppendLine($"{Depth} hidden layers of {Width}, {Critical.Activation}, {Inputs} inputs, {Outputs} outputs, residual weight {Text.Of(ResidualWeight)}");
        if (!Critical.Exists)
        {
            return text.AppendLine($"No critical initialisation: {Critical.Reason}. Take another activation for a deep network.").ToString();
        }
        text.AppendLine($"Critical initialisation ({Critical.Class}): C_b {Text.Of(Critical.BiasVariance)}, C_W {Text.Of(Critical.WeightVariance)}"
            + (double.IsNaN(Critical.Kernel) ? "" : $", K* {Text.Of(Critical.Kernel)}"));
        text.AppendLine($"Depth over width {Text.Of(AspectRatio)}, best {Text.Of(OptimalAspectRatio)} (nu {Text.Of(Fluctuation)}): {Said(Verdict)}");
        text.AppendLine($"At this depth the best width is {SuggestedWidth}, at this width the best depth {SuggestedDepth}; "
            + (SuggestedResidualWeight is { } gamma ? $"this shape is best with a residual weight of {Text.Of(gamma)}" : "no residual weight makes this shape best"));
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
