using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence.Tests.Forecasting;

[TestClass]
public sealed class RidgeRegressionTests
{
    [TestMethod]
    public void Weights_SolveTheNormalEquations()
    {
        using var scope = NewDisposeScope();
        var (x, y) = (Random(1, 50, 4), Random(2, 50, 3));
        using var ridge = Fitted(x, y);
        const double penalty = 0.3;
        var gram = x.t().mm(x);
        var strength = penalty * gram.trace().Item<double>() / 4;
        var residual = gram.mm(ridge.Solved(penalty)).Plus(ridge.Solved(penalty).Scaled(strength)) - x.t().mm(y);
        Assert.IsLessThan(1e-9, residual.abs().max().Item<double>());
    }

    [TestMethod]
    public void SmallPenalty_FindsALinearMap()
    {
        using var scope = NewDisposeScope();
        var (x, map) = (Random(1, 50, 4), Random(2, 4, 3));
        using var ridge = Fitted(x, x.mm(map));
        Assert.IsLessThan(1e-8, (ridge.Solved(1e-12) - map).abs().max().Item<double>());
    }

    [TestMethod]
    public void Error_IsThatOfTheRows()
    {
        using var scope = NewDisposeScope();
        var (x, y, weights) = (Random(1, 50, 4), Random(2, 50, 3), Random(3, 4, 3));
        using var ridge = Fitted(x, y);
        Assert.AreEqual((y - x.mm(weights)).Squared().sum().Item<double>(), ridge.Error(weights), 1e-9);
    }

    [TestMethod]
    public void Parts_MakeTheWhole()
    {
        using var scope = NewDisposeScope();
        var (x, y) = (Random(1, 50, 4), Random(2, 50, 3));
        using var whole = Fitted(x, y);
        using var first = Fitted(x[..20], y[..20]);
        using var rest = Fitted(x[20..], y[20..]);
        first.Add(rest);
        Assert.AreEqual(50, first.Rows);
        Assert.IsLessThan(1e-12, (whole.Solved(0.1) - first.Solved(0.1)).abs().max().Item<double>());
    }

    [TestMethod]
    public void OutputsThatAreMissing_LeaveTheirRowsOutOfTheirOwnEquationsAlone()
    {
        using var scope = NewDisposeScope();
        var (x, y, weights) = (Random(1, 50, 4), Random(2, 50, 3), Random(3, 4, 3));
        var known = new[] { 0..50, 20..50, 0..40 };
        y[..20].select(1, 1).copy_(tensor(Enumerable.Repeat(double.NaN, 20).ToArray()));
        y[40..].select(1, 2).copy_(tensor(Enumerable.Repeat(double.NaN, 10).ToArray()));
        using var ridge = Fitted(x[..30], y[..30]);
        using var rest = Fitted(x[30..], y[30..]);
        ridge.Add(rest);
        var (error, solved) = (0.0, ridge.Solved(0.1));
        for (var output = 0; output < 3; output++)
        {
            var (ownX, ownY, ownWeights) = (x[known[output]], y[known[output]].narrow(1, output, 1), weights.narrow(1, output, 1));
            using var own = Fitted(ownX, ownY);
            Assert.IsLessThan(1e-12, (own.Solved(0.1) - solved.narrow(1, output, 1)).abs().max().Item<double>());
            error += own.Error(ownWeights);
        }
        Assert.AreEqual(error, ridge.Error(weights), 1e-9);
    }

    [TestMethod]
    public void InputsThatAreZero_HaveZeroWeights()
    {
        using var scope = NewDisposeScope();
        using var ridge = Fitted(zeros(5, 2, ScalarType.Float64), Random(1, 5, 1));
        Assert.AreEqual(0, ridge.Solved(0.1).abs().max().Item<double>());
    }

    // More inputs than rows, nearly no penalty: rounding makes the matrix indefinite.
    [TestMethod]
    public void MatrixThatIsIndefiniteToRounding_IsSolvedWithALargerPenalty()
    {
        using var scope = NewDisposeScope();
        var (x, y) = (Random(1, 5, 400), Random(2, 5, 2));
        using var ridge = Fitted(x, y);
        Assert.IsLessThan(0.1, (y - x.mm(ridge.Solved(1e-18))).abs().max().Item<double>());
    }

    [TestMethod]
    public void RowsWhoseSquaresOverflow_AreRefused()
    {
        using var scope = NewDisposeScope();
        using var ridge = Fitted(Random(1, 5, 3).Scaled(1e200), Random(2, 5, 2));
        StringAssert.Contains(Assert.ThrowsExactly<InvalidOperationException>(() => ridge.Solved(0.1)).Message, "beyond double precision");
    }

    private static RidgeRegression Fitted(Tensor x, Tensor y)
    {
        var ridge = new RidgeRegression(x.shape[1], y.shape[1]);
        ridge.Add(x, y);
        return ridge;
    }

    private static Tensor Random(int seed, params long[] shape)
    {
        using var generator = new Generator((ulong)seed);
        return randn(shape, ScalarType.Float64, generator: generator);
    }
}
