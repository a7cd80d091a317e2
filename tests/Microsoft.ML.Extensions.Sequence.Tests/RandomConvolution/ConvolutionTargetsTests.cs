using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence.Tests.RandomConvolution;

[TestClass]
public sealed class ConvolutionTargetsTests
{
    [TestMethod]
    public void ClassesWithoutRows_AreAsFarBelowNo_AsThatIsBelowYes()
    {
        double[] offset = [0.25, 0, 0.75];
        new ConvolutionTargets([], [], [false, true, false], AreClasses: true).SetUnseen(offset);
        CollectionAssert.AreEqual(new[] { 0.25, -1, 0.75 }, offset);
    }

    [TestMethod]
    public void MeanAlone_IsForNumbers_AndAPenaltyThatIsGivenIsTheOnlyOne()
    {
        Assert.IsTrue(double.IsPositiveInfinity(new ConvolutionTargets([], [], [false], AreClasses: false).Penalties(null)[^1]));
        Assert.IsTrue(new ConvolutionTargets([], [], [false], AreClasses: true).Penalties(null).All(double.IsFinite));
        CollectionAssert.AreEqual(new[] { 0.5 }, new ConvolutionTargets([], [], [false], AreClasses: false).Penalties(0.5));
    }

    // Numbers that follow the feature a little, and clearly: either way a finite penalty has the least error, but the little is within a
    // standard error.
    [TestMethod]
    [DataRow(0.16, true)]
    [DataRow(5.0, false)]
    public void MeanIsKept_UnlessAnotherIsBetterByMoreThanAStandardError(double slope, bool isMean)
    {
        using var scope = NewDisposeScope();
        float[] feature = [.. Enumerable.Range(0, 40).Select(row => (row % 2 * 2) - 1f)];
        double[] targets = [.. feature.Select((value, row) => (slope * value) + (row / 2 % 2) - 0.5)],
            weights = [.. feature.Select(_ => 1.0)];
        using var ridge = new LeaveOneOutRidge(feature.ToAligned(40, 1), targets, weights, () => { });
        var some = new ConvolutionTargets(targets, weights, [false], AreClasses: false);
        var least = some.Penalties(null)
            .MinBy(penalty => ridge.Fit(penalty)!.LeftOut.Zip(targets, (left, target) => Math.Pow(left - target, 2)).Sum());
        Assert.IsTrue(double.IsFinite(least));
        var (fit, link, _) = some.Best(ridge, some.Penalties(null));
        Assert.AreEqual(isMean, double.IsPositiveInfinity(fit.Penalty));
        Assert.IsNull(link);
    }

    [TestMethod]
    public void Part_HasTheTargetsAndWeightsOfItsRows()
    {
        var part = new ConvolutionTargets([1, 0, 0, 1, 1, 0], [1, 2, 3], [false, false], AreClasses: true).Part([0, 2]);
        CollectionAssert.AreEqual(new double[] { 1, 0, 1, 0 }, part.Values);
        CollectionAssert.AreEqual(new double[] { 1, 3 }, part.Weights);
    }
}
