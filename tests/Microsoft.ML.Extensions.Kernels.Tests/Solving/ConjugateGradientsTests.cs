using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Kernels.Tests;

[TestClass]
public sealed class ConjugateGradientsTests
{
    private const int Count = 1200;

    [TestMethod]
    public void Solution_IsThatOfTheFactorisation_WithAndWithoutPreconditioner()
    {
        using var scope = NewDisposeScope();
        var (points, targets) = (SpherePoints.Points(Count, 8), SpherePoints.Numbers(Count, 3, 2));
        using var exact = KernelSystem.Build(points, SpherePoints.Kernel, () => { });
        Assert.IsTrue(exact.TryFactor([.. Enumerable.Repeat(0.1, Count)]));
        var expected = exact.Solve(targets);
        using var system = Streamed(points, 0.1);
        using var preconditioner = NystromPreconditioner.Of(system, 200, 1, () => { });
        foreach (var times in new Func<Tensor, Tensor>?[] { null, preconditioner.Times })
        {
            var found = ConjugateGradients.Solve(system.Times, times, targets, 1e-5, 500);
            Assert.IsLessThanOrEqualTo(1e-5, found.Residual);
            // Single precision tiles: 1e-5 of the right-hand side, times what the smallest eigenvalue makes of it.
            Assert.IsLessThan(2e-4, SpherePoints.Distance(expected, found.Solution));
        }
    }

    [TestMethod]
    public void NystromPreconditioner_TakesFewerIterations_AndMoreLandmarksFewerStill()
    {
        using var scope = NewDisposeScope();
        var (points, targets) = (SpherePoints.Points(Count, 4), SpherePoints.Numbers(Count, 1, 2));
        using var system = Streamed(points, 0.01);
        var plain = Iterations(null);
        var few = Iterations(50);
        var many = Iterations(400);
        Assert.IsLessThan(0.7 * plain, few);
        Assert.IsLessThan(0.7 * few, many);

        int Iterations(int? landmarks)
        {
            using var preconditioner = landmarks is { } count ? NystromPreconditioner.Of(system, count, 1, () => { }) : null;
            return ConjugateGradients.Solve(system.Times, preconditioner is null ? null : preconditioner.Times, targets, 1e-4, 1000)
                .Iterations;
        }
    }

    [TestMethod]
    public void AllPointsAsLandmarks_SolveAtOnce()
    {
        using var scope = NewDisposeScope();
        var (points, targets) = (SpherePoints.Points(150, 4), SpherePoints.Numbers(150, 2, 2));
        using var system = Streamed(points, 0.1);
        using var preconditioner = NystromPreconditioner.Of(system, 150, 1, () => { });
        Assert.IsLessThanOrEqualTo(3, ConjugateGradients.Solve(system.Times, preconditioner.Times, targets, 1e-3, 100).Iterations);
    }

    [TestMethod]
    public void TargetsOfZeros_HaveTheSolutionZero()
    {
        using var scope = NewDisposeScope();
        using var system = Streamed(SpherePoints.Points(50, 4), 0.1);
        var targets = cat([zeros(50, 1, ScalarType.Float64), SpherePoints.Numbers(50, 1, 2)], 1);
        var found = ConjugateGradients.Solve(system.Times, null, targets, 1e-4, 500);
        Assert.AreEqual(0, found.Solution.narrow(1, 0, 1).abs().max().Item<double>());
        Assert.IsLessThanOrEqualTo(1e-4, found.Residual);
    }

    [TestMethod]
    public void MostIterations_AreNotExceeded()
    {
        using var scope = NewDisposeScope();
        using var system = Streamed(SpherePoints.Points(300, 4), 1e-4);
        var found = ConjugateGradients.Solve(system.Times, null, SpherePoints.Numbers(300, 1, 2), 1e-8, 3);
        Assert.AreEqual(3, found.Iterations);
        Assert.IsGreaterThan(1e-8, found.Residual);
    }

    private static StreamedSystem Streamed(Tensor points, double ridge) =>
        new(points, [.. Enumerable.Repeat(1.0, (int)points.shape[0])], ridge, SpherePoints.Kernel, () => { });
}
