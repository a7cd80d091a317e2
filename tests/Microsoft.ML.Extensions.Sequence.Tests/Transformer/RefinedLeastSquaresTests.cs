using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence.Tests.Transformer;

[TestClass]
public sealed class RefinedLeastSquaresTests
{
    private const int Blocks = 4, Rows = 60, Units = 9;

    [TestMethod]
    public void Solve_OfExactTargets_FindsTheCoefficients()
    {
        using var scope = NewDisposeScope();
        var (features, coefficients) = (Draw(1, Blocks * Rows, Units), Draw(2, Units, 2));
        Tensors.AssertClose(coefficients, Solve(features, features.mm(coefficients), 1e-10), 1e-12);
    }

    [TestMethod]
    public void Solve_OfNoisyTargets_LeavesAResidualOrthogonalToTheFeatures()
    {
        using var scope = NewDisposeScope();
        var (features, targets) = (Draw(1, Blocks * Rows, Units), Draw(2, Blocks * Rows, 2));
        var residual = targets - features.mm(Solve(features, targets, 1e-10));
        Assert.IsLessThan(1e-10, features.t().mm(residual).abs().max().Item<double>());
    }

    [TestMethod]
    public void Solve_OfFeaturesThatRepeat_SharesTheCoefficient()
    {
        using var scope = NewDisposeScope();
        var feature = Draw(1, Blocks * Rows, 1);
        var coefficients = Solve(cat([feature, feature], 1), feature.Scaled(3), 1e-10, leading: 2);
        Tensors.AssertClose(tensor(new[,] { { 1.5 }, { 1.5 } }), coefficients, 1e-5);
    }

    [TestMethod]
    public void Solve_OfTargetsThatTheLeadingFeaturesMakeUp_LeavesTheOthersOut()
    {
        using var scope = NewDisposeScope();
        var leading = Draw(1, Blocks * Rows, 2);
        var others = leading.mm(Draw(2, 2, Units)).Plus(Draw(3, Blocks * Rows, Units).Scaled(1e-7));
        var coefficients = Solve(cat([leading, others], 1), leading.sum(1, keepdim: true), 1e-10, leading: 2);
        Tensors.AssertClose(ones(2, 1, ScalarType.Float64), coefficients.narrow(0, 0, 2), 1e-12);
        Assert.IsLessThan(1e-12, coefficients.narrow(0, 2, Units).abs().max().Item<double>());
    }

    private static Tensor Draw(ulong seed, params long[] size) => Tensors.Random(seed, size).to(ScalarType.Float64);

    private static Tensor Solve(Tensor features, Tensor targets, double ridge, int leading = 1) => RefinedLeastSquares.Solve(
        Blocks, block => (features.narrow(0, block * Rows, Rows), targets.narrow(0, block * Rows, Rows)), leading, ridge);
}
