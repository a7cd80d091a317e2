using Microsoft.ML.Extensions.Numerics;
using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence.Tests.Forecasting.Distributions;

[TestClass]
public sealed class ParametricDistributionTests
{
    // The densities by hand: t with 3 degrees is 6 sqrt 3 / (pi (3 + z^2)^2); the counts are 4 / 2^5, 1 / 2^2, and nearly Poisson's.
    [TestMethod]
    [DataRow(ForecastDistribution.Normal, 1, 0.1760326633821498, 0, 2, 0)]
    [DataRow(ForecastDistribution.StudentT, 3, 0.20674833578317203 / 2, 1, 2, 3)]
    [DataRow(ForecastDistribution.NegativeBinomial, 3, 0.125, 2, 0.5, 0)]
    [DataRow(ForecastDistribution.NegativeBinomial, 0, 0.25, 2, 0.5, 0)]
    [DataRow(ForecastDistribution.NegativeBinomial, 3, 0.18044704431548356, 2, 1e-7, 0)]
    public void Losses_AreOfTheDensity(ForecastDistribution kind, double value, double density, double mean, double second, double third)
    {
        using var scope = NewDisposeScope();
        var distribution = ParametricDistribution.Of(kind)!;
        double[] parameters = [.. new[] { mean, second, third }.Take(distribution.Parameters)];
        var loss = distribution.Losses(tensor(parameters, [1, parameters.Length, 1, 1]), tensor(new[] { value }, [1, 1, 1]));
        Assert.AreEqual(-Math.Log(density), loss.Item<double>(), 1e-6);
    }

    [TestMethod]
    [DataRow(ForecastDistribution.Normal, 0.7)]
    [DataRow(ForecastDistribution.StudentT, -3)]
    [DataRow(ForecastDistribution.NegativeBinomial, 4)]
    [DataRow(ForecastDistribution.NegativeBinomial, 0)]
    public void Gradients_AreThoseOfDifferences(ForecastDistribution kind, double value)
    {
        using var scope = NewDisposeScope();
        var distribution = ParametricDistribution.Of(kind)!;
        double[] point = [.. new[] { 1.3, 0.8, 4.5 }.Take(distribution.Parameters)];
        var parameters = Shaped(point).requires_grad_();
        Loss(parameters).sum().backward();
        for (var i = 0; i < point.Length; i++)
        {
            const double step = 1e-5;
            var (above, below) = ((double[])point.Clone(), (double[])point.Clone());
            above[i] += step;
            below[i] -= step;
            var expected = (Loss(Shaped(above)).Item<double>() - Loss(Shaped(below)).Item<double>()) / (2 * step);
            Assert.AreEqual(expected, parameters.grad!.view(-1)[i].Item<double>(), 1e-6, $"parameter {i}");
        }

        Tensor Shaped(double[] values) => tensor(values, [1, values.Length, 1, 1]);

        Tensor Loss(Tensor outputs) => distribution.Losses(outputs, tensor(new[] { value }, [1, 1, 1]));
    }

    // Residuals of 1, -1, 3, -3 deviations: a variance of 5, a fourth moment of 41, so an excess of -1.36, as far from heavy as can be.
    [TestMethod]
    public void Moments_GiveDeviationAndDegreesOfFreedom()
    {
        using var scope = NewDisposeScope();
        Assert.AreEqual(Math.Sqrt(5), Solved(ForecastDistribution.Normal, [11, 9, 13, 7])[0], 1e-9);
        var light = Solved(ForecastDistribution.StudentT, [11, 9, 13, 7]);
        Assert.AreEqual(50, light[1], 1e-9);
        Assert.AreEqual(Math.Sqrt(5 * 48 / 50.0), light[0], 1e-9);
        // 17 of no deviation and one of 6 each way: a fourth moment over the squared variance of 9.5, and 4 + 6 / 6.5 degrees.
        var heavy = Solved(ForecastDistribution.StudentT, [16, 4, .. Enumerable.Repeat(10.0, 17)]);
        Assert.AreEqual(4 + (6 / 6.5), heavy[1], 1e-6);
        Assert.AreEqual(Math.Sqrt(72 / 19.0 * (heavy[1] - 2) / heavy[1]), heavy[0], 1e-6);
    }

    // Of the mean 10: squares of the residuals of 5 on average are fewer than a Poisson's 10; of 60 they are (60 - 10) / 100.
    [TestMethod]
    public void Moments_GiveTheDispersion()
    {
        using var scope = NewDisposeScope();
        Assert.AreEqual(1e-4, Solved(ForecastDistribution.NegativeBinomial, [12, 8, 11, 9])[0], 1e-9);
        Assert.AreEqual(0.9, Solved(ForecastDistribution.NegativeBinomial, [20, 0, 20, 0])[0], 1e-6);
    }

    [TestMethod]
    public void WithNothingLearned_ParametersAreThoseSolved()
    {
        using var scope = NewDisposeScope();
        var (mean, spread, raw) = (Value(7), Value(3), zeros(1, 2, 1, 1));
        AssertNear([7, 3 * 2, 9], ParametricDistribution.Of(ForecastDistribution.StudentT)!.Outputs(mean, spread, tensor(new[] { 2f, 9 }, [2, 1, 1]), raw));
        AssertNear([7, 3 * 2], ParametricDistribution.Of(ForecastDistribution.Normal)!
            .Outputs(mean, spread, Value(2)[0], raw.narrow(1, 0, 1)));
        AssertNear([7, 0.4], ParametricDistribution.Of(ForecastDistribution.NegativeBinomial)!
            .Outputs(mean, spread, Value(0.4f)[0], raw.narrow(1, 0, 1)));
    }

    [TestMethod]
    public void LeastFreedom_IsAboveTwo_AndNoScaleIsZero()
    {
        using var scope = NewDisposeScope();
        var outputs = ParametricDistribution.Of(ForecastDistribution.StudentT)!
            .Outputs(zeros(1, 1, 1, 1), ones(1, 1, 1, 1), tensor(new[] { 1f, 9 }, [2, 1, 1]), tensor(new[] { -1e4f, -1e4f }, [1, 2, 1, 1]));
        Assert.IsGreaterThan(0f, outputs[0, 1, 0, 0].Item<float>());
        Assert.IsGreaterThan(2f, outputs[0, 2, 0, 0].Item<float>());
    }

    [TestMethod]
    public void MeanOfCounts_IsAboveZero_AndItselfFarFromZero()
    {
        using var scope = NewDisposeScope();
        var mean = ParametricDistribution.Of(ForecastDistribution.NegativeBinomial)!.Mean(tensor(new[] { -1000f, 0, 5 }, [3, 1, 1, 1]), ones(3, 1, 1, 1));
        var values = mean.view(-1).data<float>().ToArray();
        Assert.IsTrue(values[0] > 0 && values[0] < 1e-3);
        Assert.AreEqual(0.1 * Math.Log(2), values[1], 1e-4);
        Assert.AreEqual(5, values[2], 1e-4);
    }

    // Two of one deviation around -1 and 1 have the mean 0 and the variance 2; counts' variances are 2 + .5 * 4 and 6.
    [TestMethod]
    public void Ensemble_IsTheMixtureByItsMeanAndVariance()
    {
        using var scope = NewDisposeScope();
        AssertNear([0, Math.Sqrt(2)], Head(ForecastDistribution.Normal).Mean([Row(-1, 1), Row(1, 1)]));
        AssertNear([0, Math.Sqrt(((8 + 8) / 2.0 + 1) * 2 / 4), 4], Head(ForecastDistribution.StudentT).Mean([Row(-1, 2, 4), Row(1, 2, 4)]));
        AssertNear([3, (((4 + 12) / 2.0) + 1 - 3) / 9], Head(ForecastDistribution.NegativeBinomial).Mean([Row(2, 0.5f), Row(4, 0.5f)]));
    }

    [TestMethod]
    public void Quantiles_AreThoseOfTheDistribution()
    {
        using var scope = NewDisposeScope();
        AssertNear([3, 3 - (2 * 1.2815515655), 3, 3 + (2 * 1.2815515655)], Head(ForecastDistribution.Normal, 0.1, 0.5, 0.9).Activate(Row(3, 2)));
        AssertNear([3, 3 + (2 * DistributionQuantiles.StudentT(0.9, 4))], Head(ForecastDistribution.StudentT, 0.9).Activate(Row(3, 2, 4)));
        AssertNear([3, DistributionQuantiles.NegativeBinomial(0.9, 3, 2)], Head(ForecastDistribution.NegativeBinomial, 0.9).Activate(Row(3, 2)));
    }

    [TestMethod]
    public void MissingValue_HasNoLikelihoodAndNoGradient()
    {
        using var scope = NewDisposeScope();
        foreach (var kind in new[] { ForecastDistribution.Normal, ForecastDistribution.StudentT, ForecastDistribution.NegativeBinomial })
        {
            var head = Head(kind);
            var outputs = (kind == ForecastDistribution.StudentT ? Row(2, 1, 5) : Row(2, 1)).repeat(2, 1).requires_grad_();
            var losses = head.Loss(outputs, tensor(new[] { float.NaN, 3 }, [2, 1]), labelSmoothing: 0);
            Assert.AreEqual(0f, losses[0].Item<float>());
            Assert.AreNotEqual(0f, losses[1].Item<float>());
            losses.sum().backward();
            Assert.AreEqual(0f, outputs.grad![0].abs().max().Item<float>());
            Assert.IsTrue(outputs.grad[1].isfinite().all().Item<bool>());
        }
    }

    private static double[] Solved(ForecastDistribution kind, double[] values)
    {
        var (rows, distribution) = (values.Length, ParametricDistribution.Of(kind)!);
        var labels = tensor(values, [rows, 1, 1, 1]).to_type(ScalarType.Float32);
        var moments = distribution.Moments(ones(rows, 1, 1, 1).Scaled(10), ones(rows, 1, 1, 1), labels);
        return distribution.Solve(moments.mean([0])).data<double>().ToArray();
    }

    private static ForecastHead Head(ForecastDistribution kind, params double[] quantiles) =>
        new("Forecast", new ForecastDescription(1, 1, [1], new ForecastOptions { Distribution = kind, Quantiles = quantiles }));

    private static Tensor Value(float value) => tensor(new[] { value }, [1, 1, 1, 1]);

    private static Tensor Row(params float[] parameters) => tensor(parameters, [1, parameters.Length]);

    private static void AssertNear(double[] expected, Tensor actual)
    {
        var values = actual.reshape(-1).to_type(ScalarType.Float64).data<double>().ToArray();
        Assert.HasCount(expected.Length, values);
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.AreEqual(expected[i], values[i], 1e-3 * Math.Max(1, Math.Abs(expected[i])), $"value {i}");
        }
    }
}
