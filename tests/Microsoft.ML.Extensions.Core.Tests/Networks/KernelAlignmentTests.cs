using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Tests;
using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Core.Tests.Networks;

/// <summary>Centred kernel alignment by its identities, and against sums written out by hand.</summary>
[TestClass]
public sealed class KernelAlignmentTests
{
    private const double Exact = 1e-10;

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void FeaturesWithThemselves_AreOne(bool unbiased) => Assert.AreEqual(1, Alignment(Drawn(8, 5, 1), Drawn(8, 5, 1), unbiased), Exact);

    [TestMethod]
    [DataRow(4, 3, 7, false)]
    [DataRow(17, 40, 5, false)]
    [DataRow(4, 3, 7, true)]
    [DataRow(17, 40, 5, true)]
    public void Alignment_IsThatOfTheFormulas(int rows, int features, int others, bool unbiased)
    {
        var (one, other) = (Drawn(rows, features, 1), Drawn(rows, others, 2));
        var (k, l) = (Gram(one), Gram(other));
        var expected = unbiased
            ? Unbiased(k, l) / Math.Sqrt(Unbiased(k, k) * Unbiased(l, l))
            : OfFeatures(one, other) / Math.Sqrt(OfFeatures(one, one) * OfFeatures(other, other));
        Assert.AreEqual(expected, Alignment(one, other, unbiased), Exact);
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void Independence_IsTheEstimateOfTheFormulas(bool unbiased)
    {
        using var scope = NewDisposeScope();
        var (one, other) = (Drawn(9, 6, 1), Drawn(9, 4, 2));
        var estimate = KernelAlignment.Independence(
            KernelAlignment.Centred(ToTensor(one), unbiased), KernelAlignment.Centred(ToTensor(other), unbiased), unbiased).Item<double>();
        var expected = unbiased ? Unbiased(Gram(one), Gram(other)) : OfFeatures(one, other) / 64;
        Assert.AreEqual(1, estimate / expected, Exact);
    }

    [TestMethod]
    public void TwoRows_AreAlwaysOne_WithTheBiasedEstimate() =>
        Assert.AreEqual(1, Alignment(Drawn(2, 6, 1), Drawn(2, 9, 2), unbiased: false), Exact);

    [TestMethod]
    [DataRow(1, false)]
    [DataRow(3, true)]
    public void TooFewRows_AreRefused(int rows, bool unbiased) => StringAssert.Contains(
        Assert.ThrowsExactly<ArgumentException>(() => Alignment(Drawn(rows, 3, 1), Drawn(rows, 3, 2), unbiased)).Message, $"these are {rows}");

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void Alignment_DoesNotChangeWithRotation_Scale_OrderOrShift(bool unbiased)
    {
        using var scope = NewDisposeScope();
        var (one, other) = (ToTensor(Drawn(12, 5, 1)), ToTensor(Drawn(12, 7, 2)));
        var expected = Alignment(one, other, unbiased);
        var (rotation, _) = linalg.qr(ToTensor(Drawn(5, 5, 3)));
        var changed = new Dictionary<string, Tensor>
        {
            ["rotation"] = one.Times(rotation),
            ["scale"] = one.Scaled(-1234.5),
            ["small"] = one.Scaled(1e-30),
            ["large"] = one.Scaled(1e30),
            ["order"] = one.flip(1),
            ["shift"] = one.Plus(ToTensor(Drawn(1, 5, 4))),
        };
        foreach (var (name, features) in changed)
        {
            Assert.AreEqual(expected, Alignment(features, other, unbiased), 1e-9, name);
            Assert.AreEqual(expected, Alignment(other, features, unbiased), 1e-9, name);
        }
        Assert.AreNotEqual(expected, Alignment(one.flip(0), other, unbiased), 1e-3);
        Assert.AreNotEqual(expected, Alignment(one * ToTensor(Drawn(1, 5, 5)), other, unbiased), 1e-3);
    }

    [TestMethod]
    [DataRow(32, 64, 128, 0.7303)]
    [DataRow(64, 64, 64, 0.5)]
    [DataRow(64, 1024, 1024, 0.9412)]
    public void IndependentFeatures_HaveTheBiasOfTheirNumbers_AndNoneWithTheUnbiasedEstimate(int rows, int features, int others, double bias)
    {
        const int draws = 40;
        var (biased, unbiased) = (0.0, 0.0);
        for (var draw = 0; draw < draws; draw++)
        {
            var (one, other) = (Drawn(rows, features, (2 * draw) + 1), Drawn(rows, others, (2 * draw) + 2));
            biased += Alignment(one, other, unbiased: false) / draws;
            unbiased += Alignment(one, other, unbiased: true) / draws;
        }
        Assert.AreEqual(bias, biased, 0.006);
        // One estimate has a deviation of about sqrt(2) / rows.
        Assert.AreEqual(0, unbiased, 6 * Math.Sqrt(2) / rows / Math.Sqrt(draws));
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void Gradient_IsThatOfDifferences_AndOrthogonalToTheFeatures(bool unbiased)
    {
        const double step = 1e-5;
        using var scope = NewDisposeScope();
        var (one, other) = (Drawn(6, 4, 1), Drawn(6, 3, 2));
        var features = ToTensor(one).requires_grad_();
        Cosine(features, ToTensor(other), unbiased).backward();
        var gradient = features.grad!;
        var values = gradient.AsDoubles().ToArray();
        for (var i = 0; i < one.Length; i++)
        {
            var (row, column) = (i / 4, i % 4);
            var (up, down) = ((double[,])one.Clone(), (double[,])one.Clone());
            up[row, column] += step;
            down[row, column] -= step;
            Assert.AreEqual((Alignment(up, other, unbiased) - Alignment(down, other, unbiased)) / (2 * step), values[i], 1e-7);
        }
        using var _ = no_grad();
        var centred = ToTensor(one).Minus(ToTensor(one).mean([0], keepdim: true));
        Assert.AreEqual(0, (gradient * centred).sum().Item<double>(), Exact);
        Assert.IsGreaterThan(1e-3, gradient.abs().max().Item<double>());
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void Gradient_IsZeroWhereBothAreEqual(bool unbiased)
    {
        using var scope = NewDisposeScope();
        var features = ToTensor(Drawn(6, 4, 1)).requires_grad_();
        Cosine(features, ToTensor(Drawn(6, 4, 1)), unbiased).backward();
        Assert.AreEqual(0, features.grad!.abs().max().Item<double>(), Exact);
    }

    [TestMethod]
    [DataRow(0, 0, false)]
    [DataRow(0.1, 0, false)]
    [DataRow(0.1, 1e-7, false)]
    [DataRow(0, 0, true)]
    [DataRow(0.1, 0, true)]
    [DataRow(0.1, 1e-7, true)]
    public void ConstantFeatures_AreZero_WithoutAGradient(double value, double rounding, bool unbiased)
    {
        using var scope = NewDisposeScope();
        var constant = ToTensor(Drawn(6, 4, 1)).Scaled(rounding * value).Plus(value).requires_grad_();
        var other = ToTensor(Drawn(6, 3, 2)).requires_grad_();
        var cosine = Cosine(constant, other, unbiased);
        cosine.backward();
        Assert.AreEqual(0, cosine.Item<double>());
        Assert.AreEqual(0, constant.grad!.abs().max().Item<double>());
        Assert.AreEqual(0, other.grad!.abs().max().Item<double>());
    }

    [TestMethod]
    public void RowsOfOneSimilarity_HaveNoUnbiasedAlignment()
    {
        using var scope = NewDisposeScope();
        var other = ToTensor(Drawn(6, 3, 2));
        Assert.AreEqual(0, Alignment(eye(6, dtype: ScalarType.Float64), other, unbiased: true));
        Assert.IsGreaterThan(0.1, Alignment(eye(6, dtype: ScalarType.Float64), other, unbiased: false));
    }

    [TestMethod]
    public void SinglePrecision_OfAnyShape_IsTakenAsRows()
    {
        using var scope = NewDisposeScope();
        var (one, other) = (ToTensor(Drawn(6, 8, 1)), ToTensor(Drawn(6, 3, 2)));
        Assert.AreEqual(
            Alignment(one, other, false), Alignment(one.to_type(ScalarType.Float32).view(6, 2, 4), other, false), 1e-6);
    }

    private static double Alignment(double[,] one, double[,] other, bool unbiased)
    {
        using var scope = NewDisposeScope();
        return Alignment(ToTensor(one), ToTensor(other), unbiased);
    }

    private static double Alignment(Tensor one, Tensor other, bool unbiased) => Cosine(one, other, unbiased).Item<double>();

    private static Tensor Cosine(Tensor one, Tensor other, bool unbiased) =>
        KernelAlignment.Cosine(KernelAlignment.Centred(one, unbiased), KernelAlignment.Centred(other, unbiased));

    private static Tensor ToTensor(double[,] values) =>
        values.Cast<double>().ToArray().ToAligned(values.GetLength(0), values.GetLength(1));

    private static double[,] Drawn(int rows, int columns, int seed)
    {
        var (random, drawn) = (new Random(seed), new double[rows, columns]);
        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < columns; column++)
            {
                drawn[row, column] = Normal.Next(random);
            }
        }
        return drawn;
    }

    // The sum of squared covariances of features, without a Gram matrix: |Y^T X|^2.
    private static double OfFeatures(double[,] one, double[,] other)
    {
        var (x, y, sum) = (Centred(one), Centred(other), 0.0);
        for (var i = 0; i < x.GetLength(1); i++)
        {
            for (var j = 0; j < y.GetLength(1); j++)
            {
                var product = 0.0;
                for (var row = 0; row < x.GetLength(0); row++)
                {
                    product += x[row, i] * y[row, j];
                }
                sum += product * product;
            }
        }
        return sum;
    }

    // Song et al. 2012, with the sums over the matrices without their diagonals.
    private static double Unbiased(double[,] k, double[,] l)
    {
        var n = k.GetLength(0);
        var (trace, sumK, sumL, product) = (0.0, 0.0, 0.0, 0.0);
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j < n; j++)
            {
                if (j == i)
                {
                    continue;
                }
                trace += k[i, j] * l[j, i];
                sumK += k[i, j];
                sumL += l[i, j];
                for (var m = 0; m < n; m++)
                {
                    product += m == j ? 0 : k[i, j] * l[j, m];
                }
            }
        }
        return (trace + (sumK * sumL / ((n - 1.0) * (n - 2))) - (2 * product / (n - 2))) / (n * (n - 3.0));
    }

    private static double[,] Gram(double[,] features)
    {
        var n = features.GetLength(0);
        var gram = new double[n, n];
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j < n; j++)
            {
                for (var column = 0; column < features.GetLength(1); column++)
                {
                    gram[i, j] += features[i, column] * features[j, column];
                }
            }
        }
        return gram;
    }

    private static double[,] Centred(double[,] features)
    {
        var centred = (double[,])features.Clone();
        for (var column = 0; column < features.GetLength(1); column++)
        {
            var mean = Enumerable.Range(0, features.GetLength(0)).Average(row => features[row, column]);
            for (var row = 0; row < features.GetLength(0); row++)
            {
                centred[row, column] -= mean;
            }
        }
        return centred;
    }
}
