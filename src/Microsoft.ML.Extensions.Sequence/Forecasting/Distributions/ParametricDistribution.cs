using Microsoft.ML.Extensions.Onnx;
using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>A distribution of each value of a forecast, given by its parameters <c>[B, P, H, K]</c>, of which the first is the mean.</summary>
/// <remarks>
/// As in DeepAR (Salinas, Flunkert, Gasthaus, Januschowski 2020, arXiv 1704.04110, section 3), a network gives the parameters, and the loss is
/// the negative log likelihood; here in double precision, with the other parameters relative to those that moments of the residuals give.
/// </remarks>
internal abstract class ParametricDistribution
{
    // softplus(x) = 1
    private static readonly double UnitInput = Math.Log(Math.E - 1);

    // What is learned cannot make a scale zero.
    private const double LeastFactor = 1e-4;

    /// <summary>The distribution of this name; null for none.</summary>
    public static ParametricDistribution? Of(ForecastDistribution distribution) => distribution switch
    {
        ForecastDistribution.Normal => new NormalDistribution(),
        ForecastDistribution.StudentT => new StudentTDistribution(),
        ForecastDistribution.NegativeBinomial => new NegativeBinomialDistribution(),
        _ => null,
    };

    /// <summary>P.</summary>
    public abstract int Parameters { get; }

    /// <summary>The mean that the distribution can have, from any number.</summary>
    /// <param name="mean"><c>[B, 1, H, K]</c>, in the label's units.</param>
    /// <param name="spread">The deviation of each window, <c>[B, 1, 1, K]</c>, in the label's units.</param>
    public virtual Tensor Mean(Tensor mean, Tensor spread) => mean;

    /// <summary>The same in ONNX.</summary>
    public virtual OnnxValue Mean(OnnxGraph graph, OnnxValue mean, OnnxValue spread) => mean;

    /// <summary>The quantities whose means over rows give the other parameters, <c>[B, M, H, K]</c>, Float64.</summary>
    /// <param name="mean"><c>[B, 1, H, K]</c>.</param>
    /// <param name="spread"><c>[B, 1, 1, K]</c>.</param>
    /// <param name="labels">The actual values, <c>[B, 1, H, K]</c>.</param>
    public abstract Tensor Moments(Tensor mean, Tensor spread, Tensor labels);

    /// <summary>The other parameters by the method of moments, relative to the window, <c>[P - 1, H, K]</c>, Float64.</summary>
    /// <param name="moments"><c>[M, H, K]</c>, Float64.</param>
    public abstract Tensor Solve(Tensor moments);

    /// <summary>The parameters <c>[B, P, H, K]</c>.</summary>
    /// <param name="mean"><c>[B, 1, H, K]</c>, as <see cref="Mean(Tensor, Tensor)"/> gives it.</param>
    /// <param name="spread"><c>[B, 1, 1, K]</c>.</param>
    /// <param name="solved">What <see cref="Solve"/> gave.</param>
    /// <param name="raw">What is learned, <c>[B, P - 1, H, K]</c>: 0 for the solved parameters.</param>
    public abstract Tensor Outputs(Tensor mean, Tensor spread, Tensor solved, Tensor raw);

    /// <summary>The negative log likelihood of values <c>[B, H, K]</c>, Float64.</summary>
    /// <param name="outputs">The parameters, Float64.</param>
    /// <param name="labels">The values, Float64, none missing.</param>
    public abstract Tensor Losses(Tensor outputs, Tensor labels);

    /// <summary>The variance, <c>[B, 1, H, K]</c>.</summary>
    /// <param name="outputs">The parameters, Float64.</param>
    public abstract Tensor Variance(Tensor outputs);

    /// <summary>The parameters of a mixture, by its mean and variance.</summary>
    /// <param name="mean"><c>[B, 1, H, K]</c>, Float64.</param>
    /// <param name="variance"><c>[B, 1, H, K]</c>, Float64.</param>
    /// <param name="others">The means of the parameters after the second.</param>
    public abstract Tensor Mixed(Tensor mean, Tensor variance, Tensor others);

    /// <summary>A quantile.</summary>
    /// <param name="level">Which, above 0 and below 1.</param>
    /// <param name="parameters">The parameters of one value, <c>[P]</c>.</param>
    public abstract double Quantile(double level, ReadOnlySpan<double> parameters);

    /// <summary><c>log(1 + e^x)</c>.</summary>
    protected static Tensor Softplus(Tensor x) => x.logaddexp(zeros_like(x));

    /// <summary>A factor above 0, which is 1 where nothing is learned.</summary>
    protected static Tensor Factor(Tensor raw) => Softplus(raw.Plus(UnitInput)).Plus(LeastFactor);

    /// <inheritdoc cref="Factor(Tensor)"/>
    protected static OnnxValue Factor(OnnxGraph graph, OnnxValue raw) =>
        graph.Plus(graph.Op("Softplus", [graph.Plus(raw, graph.Number(UnitInput))]), graph.Number(LeastFactor));

    /// <summary>A parameter <c>[B, 1, H, K]</c>.</summary>
    protected static Tensor At(Tensor outputs, int parameter) => outputs.narrow(1, parameter, 1);
}
