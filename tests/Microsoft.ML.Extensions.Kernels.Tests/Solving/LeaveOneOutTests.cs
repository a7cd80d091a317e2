using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Kernels.Tests;

[TestClass]
public sealed class LeaveOneOutTests
{
    [TestMethod]
    public void Predictions_AreThoseOfAsManyFitsWithoutTheRow()
    {
        const int count = 40;
        using var scope = NewDisposeScope();
        var (points, targets) = (SpherePoints.Points(count, 3), SpherePoints.Numbers(count, 2, 2));
        double[] diagonal = [.. Enumerable.Range(0, count).Select(i => 0.05 * (1 + (i % 4)))];
        using var system = KernelSystem.Build(points, SpherePoints.Kernel, () => { });
        Assert.IsTrue(system.TryFactor(diagonal));
        var predictions = LeaveOneOut.Predictions(targets, system.Solve(targets), system.InverseDiagonal());
        var kernel = SpherePoints.Dense(points, SpherePoints.Kernel);
        for (var left = 0; left < count; left++)
        {
            var others = tensor(Enumerable.Range(0, count).Where(i => i != left).Select(i => (long)i).ToArray());
            var among = kernel.index_select(0, others);
            var weights = linalg.solve(among.index_select(1, others) + diag(tensor(diagonal).index_select(0, others)), targets.index_select(0, others));
            var expected = among.narrow(1, left, 1).t().mm(weights).squeeze(0);
            Assert.IsLessThan(1e-11, (expected - tensor(predictions[(2 * left)..((2 * left) + 2)])).abs().max().item<double>(), $"row {left}");
        }
    }
}
