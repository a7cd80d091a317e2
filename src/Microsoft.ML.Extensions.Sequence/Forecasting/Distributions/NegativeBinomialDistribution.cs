using Microsoft.ML.Extensions.Numerics;
using Microsoft.ML.Extensions.Onnx;
using Microsoft.ML.Extensions.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Mean m and dispersion a: the variance is <c>m + a m^2</c>. The dispersion does not depend on the window's spread.</summary>
internal sealed class NegativeBinomialDistribution : ParametricDistribution
{
    // Below this part of the window's deviation, the mean bends towards 0 instead of becoming negative.
    private const double Bend = 0.1;
    private const double LeastMean = 1e-6;
    private static readonly Scalar LeastDispersion = 1e-4;
    private static readonly Scalar MostDispersion = 1e3;
    private static readonly Scalar LeastSquare = 1e-30;

    public override int Parameters => 2;

    public override Tensor Mean(Tensor mean, Tensor spread)
    {
        var unit = spread.Scaled(Bend);
        return Softplus(mean / unit).Plus(LeastMean) * unit;
    }

    public override OnnxValue Mean(OnnxGraph graph, OnnxValue mean, OnnxValue spread)
    {
        var unit = graph.Scaled(spread, Bend);
        return graph.Times(graph.Plus(graph.Op("Softplus", [graph.Over(mean, unit)]), graph.Number(LeastMean)), unit);
    }

    public override Tensor Moments(Tensor mean, Tensor spread, Tensor labels)
    {
        var (m, y) = (mean.to_type(ScalarType.Float64), labels.to_type(ScalarType.Float64));
        return cat([y.Minus(m).Squared().Minus(m), m.Squared()], 1);
    }

    public override Tensor Solve(Tensor moments) =>
        (moments.narrow(0, 0, 1) / moments.narrow(0, 1, 1).clamp_min(LeastSquare)).clamp(LeastDispersion, MostDispersion);

    public override Tensor Outputs(Tensor mean, Tensor spread, Tensor solved, Tensor raw) => cat([mean, solved * Factor(raw)], 1);

    public override Tensor Losses(Tensor outputs, Tensor labels)
    {
        var (mean, dispersion) = (At(outputs, 0).squeeze(1), At(outputs, 1).squeeze(1));
        var (size, odds) = (dispersion.reciprocal(), dispersion * mean);
        return size.lgamma().Minus(size.Plus(labels).lgamma()).Plus(labels.Plus(Numbers.One).lgamma())
            .Plus(size.Plus(labels) * odds.log1p()).Minus(labels * odds.log());
    }

    public override Tensor Variance(Tensor outputs)
    {
        var mean = At(outputs, 0);
        return mean.Plus(At(outputs, 1) * mean.Squared());
    }

    public override Tensor Mixed(Tensor mean, Tensor variance, Tensor others) =>
        cat([mean, (variance.Minus(mean) / mean.Squared()).clamp_min(LeastDispersion)], 1);

    public override double Quantile(double level, ReadOnlySpan<double> parameters) =>
        DistributionQuantiles.NegativeBinomial(level, parameters[0], parameters[1]);
}
