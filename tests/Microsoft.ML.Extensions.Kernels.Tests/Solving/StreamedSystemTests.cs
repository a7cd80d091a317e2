using Microsoft.ML.Extensions.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Kernels.Tests;

[TestClass]
public sealed class StreamedSystemTests
{
    private const int Count = 2300;

    [TestMethod]
    public void Times_IsTheDenseProduct_ToSinglePrecision()
    {
        using var scope = NewDisposeScope();
        var (points, vectors, scale) = (SpherePoints.Points(Count, 6), SpherePoints.Numbers(Count, 3, 2), Scale());
        using var system = new StreamedSystem(points, scale, 0.3, SpherePoints.Kernel, () => { });
        var column = tensor(scale).unsqueeze(1);
        var expected = (SpherePoints.Dense(points, SpherePoints.Kernel).mm(vectors * column) * column).Plus(vectors.Scaled(0.3));
        Assert.IsLessThan(1e-5, SpherePoints.Distance(expected, system.Times(vectors)));
    }

    [TestMethod]
    public void Columns_AreThoseOfTheScaledKernel()
    {
        using var scope = NewDisposeScope();
        var (points, scale) = (SpherePoints.Points(Count, 6), Scale());
        using var system = new StreamedSystem(points, scale, 0.3, SpherePoints.Kernel, () => { });
        var columns = tensor(new long[] { 3, 2000, 7 });
        var column = tensor(scale).unsqueeze(1);
        var expected = (SpherePoints.Dense(points, SpherePoints.Kernel) * column * column.t()).narrow(0, 100, 50).index_select(1, columns);
        Assert.IsLessThan(1e-5, SpherePoints.Distance(expected, system.Columns(100, 50, columns).to_type(ScalarType.Float64)));
    }

    [TestMethod]
    public void Products_LeaveNoTensorAlive()
    {
        using var scope = NewDisposeScope();
        var (points, vectors) = (SpherePoints.Points(300, 6), SpherePoints.Numbers(300, 3, 2));
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        using (var system = new StreamedSystem(points, [.. Enumerable.Repeat(1.0, 300)], 0.3, SpherePoints.Kernel, () => { }))
        using (var preconditioner = NystromPreconditioner.Of(system, 40, 1, () => { }))
        {
            ConjugateGradients.Solve(system.Times, preconditioner.Times, vectors, 1e-3, 10).Solution.Dispose();
        }
        Assert.AreEqual(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    // A tile of 2,048 x 2,048 values of a kernel without polynomials takes seconds.
    [TestMethod]
    public void Product_ChecksForCancellation_WithinATile()
    {
        using var scope = NewDisposeScope();
        var (looks, most) = (0, int.MaxValue);
        using var system = new StreamedSystem(SpherePoints.Points(1000, 6), [.. Enumerable.Repeat(1.0, 1000)], 0.3, SpherePoints.Kernel,
            () => _ = ++looks > most ? throw new OperationCanceledException() : 0);
        var vectors = SpherePoints.Numbers(1000, 1, 2);
        system.Times(vectors);
        Assert.IsGreaterThan(5, looks);
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        (looks, most) = (0, 3);
        Assert.ThrowsExactly<OperationCanceledException>(() => system.Times(vectors));
        Assert.AreEqual(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    private static double[] Scale() => [.. Enumerable.Range(0, Count).Select(i => 1 + (0.1 * (i % 5)))];
}
