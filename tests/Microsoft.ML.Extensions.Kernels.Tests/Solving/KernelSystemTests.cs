using Microsoft.ML.Extensions.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Kernels.Tests;

[TestClass]
public sealed class KernelSystemTests
{
    // One row, less than a block, a block, blocks and a rest.
    [TestMethod, DataRow(1), DataRow(100), DataRow(256), DataRow(700)]
    public void Kernel_IsThatOfEachPair(int count)
    {
        using var scope = NewDisposeScope();
        var points = SpherePoints.Points(count, 5);
        using var system = KernelSystem.Build(points, SpherePoints.Kernel, () => { });
        Assert.IsLessThan(1e-14, SpherePoints.Distance(SpherePoints.Dense(points, SpherePoints.Kernel), system.Kernel()));
    }

    [TestMethod, DataRow(1), DataRow(100), DataRow(256), DataRow(700)]
    public void Solve_IsThatOfTheDenseSystem_ForManyDiagonalsOfOneKernel(int count)
    {
        using var scope = NewDisposeScope();
        var (points, targets) = (SpherePoints.Points(count, 5), SpherePoints.Numbers(count, 3, 2));
        var dense = SpherePoints.Dense(points, SpherePoints.Kernel);
        using var system = KernelSystem.Build(points, SpherePoints.Kernel, () => { });
        foreach (var ridge in new[] { 1e-3, 1, 1e-2 })
        {
            var diagonal = Diagonal(count, ridge);
            Assert.IsTrue(system.TryFactor(diagonal));
            var expected = linalg.solve(dense.Plus(diag(tensor(diagonal))), targets);
            // The condition number is below n / ridge.
            Assert.IsLessThan(1e-14 * count / ridge, SpherePoints.Distance(expected, system.Solve(targets)), $"ridge {ridge}");
        }
    }

    [TestMethod, DataRow(1), DataRow(100), DataRow(700)]
    public void InverseDiagonal_IsThatOfTheDenseInverse(int count)
    {
        using var scope = NewDisposeScope();
        var points = SpherePoints.Points(count, 5);
        var diagonal = Diagonal(count, 1e-2);
        using var system = KernelSystem.Build(points, SpherePoints.Kernel, () => { });
        Assert.IsTrue(system.TryFactor(diagonal));
        var expected = linalg.inv(SpherePoints.Dense(points, SpherePoints.Kernel).Plus(diag(tensor(diagonal)))).diagonal();
        Assert.IsLessThan(1e-11, SpherePoints.Distance(expected, tensor(system.InverseDiagonal())));
    }

    [TestMethod]
    public void MatrixThatIsNotPositiveDefinite_IsSaidToBeSo()
    {
        using var scope = NewDisposeScope();
        using var system = KernelSystem.Build(SpherePoints.Points(300, 5), SpherePoints.Kernel, () => { });
        Assert.IsFalse(system.TryFactor(Diagonal(300, -0.5)));
        Assert.IsTrue(system.TryFactor(Diagonal(300, 1e-3)), "the kernel must survive");
    }

    [TestMethod]
    public void LeastCondition_IsNotAboveTheConditionNumber_AndNotFarBelow()
    {
        using var scope = NewDisposeScope();
        var points = SpherePoints.Points(300, 5);
        using var system = KernelSystem.Build(points, SpherePoints.Kernel, () => { });
        Assert.IsTrue(system.TryFactor(Diagonal(300, 1e-3)));
        var values = linalg.eigvalsh(SpherePoints.Dense(points, SpherePoints.Kernel).Plus(diag(tensor(Diagonal(300, 1e-3)))));
        var condition = (values[-1] / values[0]).Item<double>();
        Assert.IsLessThanOrEqualTo(condition, system.LeastCondition());
        Assert.IsGreaterThan(1e-4 * condition, system.LeastCondition());
    }

    [TestMethod]
    public void Cancellation_StopsBetweenBlocks_AndLeavesNoTensorAlive()
    {
        using var scope = NewDisposeScope();
        var points = SpherePoints.Points(600, 5);
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        var calls = 0;
        Assert.ThrowsExactly<OperationCanceledException>(() => KernelSystem.Build(points, SpherePoints.Kernel, () =>
        {
            if (++calls == 2)
            {
                throw new OperationCanceledException();
            }
        }));
        Assert.AreEqual(2, calls);
        Assert.AreEqual(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    // Wherever it is asked to stop: within a block row, in a solution, in the inverse's diagonal.
    [TestMethod]
    public void Cancellation_AtAnyLook_LeavesNoTensorAlive()
    {
        using var scope = NewDisposeScope();
        var (points, targets) = (SpherePoints.Points(1400, 5), SpherePoints.Numbers(1400, 1, 2));
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        var looks = Looks(int.MaxValue);
        Assert.IsGreaterThan(50, looks);
        for (var last = 1; last < looks; last += 7)
        {
            Assert.ThrowsExactly<OperationCanceledException>(() => Looks(last));
            Assert.AreEqual(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount, $"look {last}");
        }

        int Looks(int most)
        {
            var count = 0;
            using var system = KernelSystem.Build(
                points, SpherePoints.Kernel, () => _ = ++count > most ? throw new OperationCanceledException() : 0);
            system.TryFactor(Diagonal(1400, 1));
            system.Solve(targets).Dispose();
            system.InverseDiagonal();
            return count;
        }
    }

    // 1,400 points are six blocks. There is a check per block or part of one, so that no part of the work runs long without a check.
    [TestMethod]
    public void Cancellation_IsLookedAtInEveryPartOfTheWork()
    {
        using var scope = NewDisposeScope();
        var (points, targets, count) = (SpherePoints.Points(1400, 5), SpherePoints.Numbers(1400, 1, 2), 0);
        using var system = KernelSystem.Build(points, SpherePoints.Kernel, () => count++);
        Assert.AreEqual(88, Since(), "sixteen rows of the kernel each");
        system.TryFactor(Diagonal(1400, 1));
        Assert.AreEqual(6 + 15, Since(), "the corners, and the blocks right of them");
        system.Solve(targets).Dispose();
        Assert.AreEqual(6 + 6, Since(), "there and back");
        system.InverseDiagonal();
        Assert.AreEqual(6 + 21, Since(), "each block column, and the blocks below its corner");

        int Since()
        {
            var looks = count;
            count = 0;
            return looks;
        }
    }

    [TestMethod]
    public void AllWork_LeavesNoTensorAlive()
    {
        using var scope = NewDisposeScope();
        var (points, targets) = (SpherePoints.Points(600, 5), SpherePoints.Numbers(600, 2, 2));
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        using (var system = KernelSystem.Build(points, SpherePoints.Kernel, () => { }))
        {
            system.TryFactor(Diagonal(600, 1));
            system.Solve(targets).Dispose();
            system.InverseDiagonal();
            system.LeastCondition();
            system.Kernel().Dispose();
        }
        Assert.AreEqual(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    private static double[] Diagonal(int count, double ridge) => [.. Enumerable.Range(0, count).Select(i => ridge * (1 + (i % 3)))];
}
