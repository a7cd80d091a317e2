using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Tests;
using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Core.Tests.Networks;

[TestClass]
public sealed class FeatureProjectionTests
{
    [TestMethod]
    public void FewFeatures_StayAsTheyAre()
    {
        using var scope = NewDisposeScope();
        using var projection = new FeatureProjection(1);
        var rows = Rows(3, FeatureProjection.MostFeatures);
        Assert.AreSame(rows, projection.Of(rows));
    }

    // Features of one sign would add up where they fall together, were it not for random signs.
    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void InnerProducts_KeepTheirValuesInTheMean(bool positive)
    {
        const int draws = 30;
        using var scope = NewDisposeScope();
        var rows = positive ? Rows(2, 5000).abs() : Rows(2, 5000);
        var (product, square) = (rows[0].dot(rows[1]).Item<float>(), rows[0].dot(rows[0]).Item<float>());
        var (products, squares) = (0.0, 0.0);
        for (var seed = 1; seed <= draws; seed++)
        {
            using var projection = new FeatureProjection(seed);
            var few = projection.Of(rows);
            CollectionAssert.AreEqual(new long[] { 2, FeatureProjection.MostFeatures }, few.shape);
            products += few[0].dot(few[1]).Item<float>() / draws;
            squares += few[0].dot(few[0]).Item<float>() / draws;
        }
        // One product has a deviation of about |x| |y| / sqrt(1024).
        var deviation = square / Math.Sqrt(FeatureProjection.MostFeatures * draws);
        Assert.AreEqual(product, products, 6 * deviation);
        Assert.AreEqual(square, squares, 6 * Math.Sqrt(2) * deviation);
    }

    [TestMethod]
    public void Alignment_IsKeptNearly()
    {
        using var scope = NewDisposeScope();
        using var projection = new FeatureProjection(1);
        // Few directions in many features, as activations have.
        var causes = Rows(32, 8);
        var (rows, others) = (causes.Times(Rows(8, 20_000)), causes.narrow(1, 0, 3).tanh());
        foreach (var unbiased in new[] { false, true })
        {
            var (exact, projected) = (Alignment(rows), Alignment(projection.Of(rows)));
            Assert.AreEqual(exact, projected, 0.05);
            Assert.IsGreaterThan(0.3, exact);

            double Alignment(Tensor features) => KernelAlignment.Cosine(
                KernelAlignment.Centred(features, unbiased), KernelAlignment.Centred(others, unbiased)).Item<double>();
        }
    }

    [TestMethod]
    public void Feature_GoesToTheSamePlace_HoweverManyThereAre()
    {
        using var scope = NewDisposeScope();
        using var projection = new FeatureProjection(1);
        var rows = Rows(2, 3000);
        var shorter = projection.Of(rows.narrow(1, 0, 2000)).clone();
        var longer = projection.Of(nn.functional.pad(rows.narrow(1, 0, 2000), [0, 1000]));
        Assert.AreEqual(0, shorter.Minus(longer).abs().max().Item<float>());
        Assert.AreEqual(0, shorter.Minus(projection.Of(rows.narrow(1, 0, 2000))).abs().max().Item<float>());
        using var other = new FeatureProjection(2);
        Assert.AreNotEqual(0, longer.Minus(other.Of(rows)).abs().max().Item<float>());
    }

    [TestMethod]
    public void Gradient_IsThatOfTheFeaturesPlace()
    {
        using var scope = NewDisposeScope();
        using var projection = new FeatureProjection(1);
        var rows = Rows(2, 1500).requires_grad_();
        projection.Of(rows).Squared().sum().Scaled(0.5).backward();
        using var _ = no_grad();
        // The gradient of half the squared length is the projection, taken back.
        var expected = projection.Of(rows);
        Assert.AreEqual(expected.Squared().sum().Item<float>(), (rows.grad! * rows).sum().Item<float>(), 0.05f);
    }

    private static Tensor Rows(int rows, int features)
    {
        var random = new Random(features);
        return Enumerable.Range(0, rows * features).Select(_ => (float)Normal.Next(random)).ToArray().ToAligned(rows, features);
    }
}
