using Microsoft.ML.Extensions.Numerics;
using Microsoft.ML.Extensions.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Mean, scale and degrees of freedom above 2, so that the variance is finite.</summary>
internal sealed class StudentTDistribution : ParametricDistribution
{
    private const double FewestSolved = 4.5;
    private const double MostSolved = 50;
    private static readonly Scalar LeastScale = 1e-4;
    private static readonly Scalar LeastExcess = 6 / (MostSolved - 4);
    private static readonly Scalar MostExcess = 6 / (FewestSolved - 4);
    private static readonly Scalar LeastVariance = 1e-30;
    private static readonly Scalar Six = 6.0;

    public override int Parameters => 3;

    public override Tensor Moments(Tensor mean, Tensor spread, Tensor labels)
    {
        var squares = (labels.Minus(mean) / spread).to_type(ScalarType.Float64).Squared();
        return cat([squares, squares.Squared()], 1);
    }

    // The excess kurtosis is 6 / (n - 4) for n degrees of freedom above 4.
    public override Tensor Solve(Tensor moments)
    {
        var (variance, fourth) = (moments.narrow(0, 0, 1), moments.narrow(0, 1, 1));
        var excess = (fourth / variance.Squared().clamp_min(LeastVariance)).Minus(3.0).clamp(LeastExcess, MostExcess);
        var freedom = excess.reciprocal().mul(Six).Plus(4.0);
        return cat([(variance * freedom.Minus(2.0) / freedom).sqrt().clamp_min(LeastScale), freedom], 0);
    }

    public override Tensor Outputs(Tensor mean, Tensor spread, Tensor solved, Tensor raw)
    {
        var factors = Factor(raw);
        var freedom = (solved.narrow(0, 1, 1).Minus(2.0) * At(factors, 1)).Plus(2.0);
        return cat([mean, spread * solved.narrow(0, 0, 1) * At(factors, 0), freedom], 1);
    }

    public override Tensor Losses(Tensor outputs, Tensor labels)
    {
        var (mean, scale, freedom) = (At(outputs, 0).squeeze(1), At(outputs, 1).squeeze(1), At(outputs, 2).squeeze(1));
        var half = freedom.Plus(Numbers.One).Scaled(0.5);
        var z = labels.Minus(mean) / scale;
        return freedom.Scaled(0.5).lgamma().Minus(half.lgamma()).Plus(freedom.Scaled(Math.PI).log(), 0.5).Plus(scale.log())
            .Plus(half * (z.Squared() / freedom).log1p());
    }

    public override Tensor Variance(Tensor outputs)
    {
        var freedom = At(outputs, 2);
        return At(outputs, 1).Squared() * freedom / freedom.Minus(2.0);
    }

    public override Tensor Mixed(Tensor mean, Tensor variance, Tensor others) =>
        cat([mean, (variance * others.Minus(2.0) / others).sqrt(), others], 1);

    public override double Quantile(double level, ReadOnlySpan<double> parameters) =>
        parameters[0] + (parameters[1] * DistributionQuantiles.StudentT(level, parameters[2]));
}
