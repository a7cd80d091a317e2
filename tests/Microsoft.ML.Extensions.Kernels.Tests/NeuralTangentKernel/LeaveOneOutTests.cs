using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Kernels.Tests;

[TestClass]
public sealed class LeaveOneOutTests
{
    private const int Points = 30;
    private const double Ridge = 0.05;

    // Points that only one row has, and points that rows of many targets and weights share.
    [TestMethod]
    public void Predictions_AreThoseOfAsManyFitsWithoutTheRow()
    {
        using var scope = NewDisposeScope();
        var rows = Rows();
        var points = SpherePoints.Points(Points, 3);
        var examples = Merged(points, rows);
        double[] diagonal = [.. examples.Weights.Select(weight => Ridge / weight)];
        using var system = KernelSystem.Build(points, SpherePoints.Kernel, () => { });
        Assert.IsTrue(system.TryFactor(diagonal));
        var solution = system.Solve(tensor(examples.Targets, [Points, 1])).AsDoubles();
        var predictions = LeaveOneOut.Predictions(examples, diagonal, solution, system.InverseDiagonal());
        var kernel = SpherePoints.Dense(points, SpherePoints.Kernel);
        for (var left = 0; left < rows.Length; left++)
        {
            var others = rows.Where((_, i) => i != left).ToArray();
            var among = tensor(Array.ConvertAll(others, row => (long)row.Point));
            var noise = diag(tensor(Array.ConvertAll(others, row => Ridge / row.Weight)));
            var targets = tensor(Array.ConvertAll(others, row => row.Target)).unsqueeze(1);
            var weights = linalg.solve(kernel.index_select(0, among).index_select(1, among).Plus(noise), targets);
            var expected = kernel.index_select(0, among).narrow(1, rows[left].Point, 1).t().mm(weights).Item<double>();
            Assert.AreEqual(expected, predictions[left], 1e-9, $"row {left}");
        }
    }

    [TestMethod]
    public void RowsThatAreAlike_HaveOnePrediction_OfOneOfThemLeftOut()
    {
        using var scope = NewDisposeScope();
        LikeRows[] apart = [new(0, 1, 1, 1), new(0, 1, 1, 1), new(0, 0, 1, 1)], alike = [new(0, 1, 1, 2), new(0, 0, 1, 1)];
        var each = Predict(apart);
        CollectionAssert.AreEqual(new[] { each[0], each[2] }, Predict(alike));
        Assert.AreEqual(each[0], each[1]);

        static double[] Predict(LikeRows[] rows) =>
            LeaveOneOut.Predictions(new([1f], [2.0 / 3], [3], rows), [Ridge], [0.1], [1 / (1 + Ridge)]);
    }

    private static LikeRows[] Rows()
    {
        var random = new Random(4);
        return [.. Enumerable.Range(0, 60)
            .Select(i => new LikeRows(i < Points ? i : random.Next(Points / 2), random.NextDouble(), 1 + (i % 3), 1))];
    }

    private static KernelExamples Merged(Tensor points, LikeRows[] rows)
    {
        var groups = rows.GroupBy(row => row.Point).OrderBy(group => group.Key).ToArray();
        return new(
            points.to_type(ScalarType.Float32).AsSpan().ToArray(),
            [.. groups.Select(group => group.Sum(row => row.Target * row.Weight) / group.Sum(row => row.Weight))],
            [.. groups.Select(group => group.Sum(row => row.Weight))],
            rows);
    }
}
