using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Kernels.Tests;

[TestClass]
public sealed class EigenSystemTests
{
    [TestMethod]
    public void AgreesWithTheFactorisation_WhereThereIsOne()
    {
        using var scope = NewDisposeScope();
        var (points, targets) = (SpherePoints.Points(200, 5), SpherePoints.Numbers(200, 3, 2));
        double[] diagonal = [.. Enumerable.Range(0, 200).Select(i => 1e-2 * (1 + (i % 3)))];
        using var factored = KernelSystem.Build(points, SpherePoints.Kernel, () => { });
        Assert.IsTrue(factored.TryFactor(diagonal));
        using var eigen = new EigenSystem(SpherePoints.Dense(points, SpherePoints.Kernel), diagonal);
        Assert.IsLessThan(1e-10, SpherePoints.Distance(factored.Solve(targets), eigen.Solve(targets)));
        Assert.IsLessThan(1e-10, SpherePoints.Distance(tensor(factored.InverseDiagonal()), tensor(eigen.InverseDiagonal())));
    }

    [TestMethod]
    public void DirectionsBelowZero_AreLeftOut()
    {
        using var scope = NewDisposeScope();
        var (vectors, _) = linalg.qr(SpherePoints.Numbers(4, 4, 1));
        var values = tensor(new[] { 2.0, 1, -0.5, 0 });
        var targets = SpherePoints.Numbers(4, 1, 2);
        using var system = new EigenSystem(vectors.mm(diag(values)).mm(vectors.t()), [1, 1, 1, 1]);
        var inverse = vectors.mm(diag(tensor(new[] { 1 / 3.0, 1 / 2.0, 0, 0 }))).mm(vectors.t());
        Assert.IsLessThan(1e-13, SpherePoints.Distance(inverse.mm(targets), system.Solve(targets)));
        Assert.IsLessThan(1e-13, SpherePoints.Distance(inverse.diagonal(), tensor(system.InverseDiagonal())));
    }
}
