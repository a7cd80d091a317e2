using Microsoft.ML.Extensions.Tests;
using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Interpretability.Tests.Circuits;

[TestClass]
public sealed class MatrixRootTests
{
    // Many rows, fewer than the width, and none that some directions read; lengths from 1 to 1e-5.
    [TestMethod]
    [DataRow(900, 300, 1)]
    [DataRow(120, 300, 1)]
    [DataRow(900, 300, 1e-5)]
    [DataRow(1, 20, 1)]
    public void Steps_GiveTheRootOfTheEigenvectors(int rows, int width, double shortest)
    {
        using var scope = NewDisposeScope();
        var matrix = Squares(rows, width, shortest);
        var (steps, direct) = (MatrixRoot.InSteps(matrix, () => { }), MatrixRoot.OfEigenvectors(matrix));
        var largest = direct.abs().max().Item<double>();
        // Eigenvectors leave out directions below 1e-5 of the longest, steps do not. Single, in which the root is used, rounds to 6e-8.
        Assert.IsLessThan((shortest < 1 ? 2e-5 : 1e-8) * largest, steps.Minus(direct).abs().max().Item<double>());
        Assert.AreEqual(0, steps.Minus(steps.t()).abs().max().Item<double>());
        Assert.IsLessThan(1e-8 * largest * largest, steps.mm(steps).Minus(matrix).abs().max().Item<double>());
    }

    [TestMethod]
    public void WideMatrix_IsStoppedBetweenBlocks_OfEveryPart()
    {
        using var scope = NewDisposeScope();
        var matrix = eye(MatrixRoot.WidestAtOnce + 1, dtype: ScalarType.Float64);
        Stops.AssertAtEach(checkAlive => MatrixRoot.Of(matrix, checkAlive).Dispose(), every: 41, least: 150);
    }

    [TestMethod]
    public void Zeros_HaveARootOfZeros_AndNaNHasNone()
    {
        using var scope = NewDisposeScope();
        var matrix = zeros([40, 40], ScalarType.Float64);
        Assert.AreEqual(0, MatrixRoot.InSteps(matrix, () => { }).abs().sum().Item<double>());
        matrix[3, 4] = tensor(double.NaN);
        Assert.ThrowsExactly<InvalidOperationException>(() => MatrixRoot.InSteps(matrix, () => { }));
    }

    // Of directions that are from 1 down to the shortest.
    private static Tensor Squares(int rows, int width, double shortest)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(1);
        var lengths = Enumerable.Range(0, width).Select(place => Math.Pow(shortest, place / Math.Max(1.0, width - 1))).ToArray();
        var gradients = randn([rows, width], ScalarType.Float64, generator: generator) * tensor(lengths);
        return gradients.t().mm(gradients).Scaled(1.0 / rows).MoveToOuterDisposeScope();
    }
}
