using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Kernels.Tests;

[TestClass]
public sealed class IntrinsicDimensionTests
{
    private const int Rows = 2000, Columns = 12;

    [TestMethod, Trained]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(4)]
    public void PlaneInMoreNumbersHasItsOwnDimension(int dimension) =>
        TrainedBound.Near(1, IntrinsicDimension.Estimate(Plane(dimension), Columns) / dimension, 0.15, "estimate over the dimension");

    // Without its correction the estimate is 2/3 of the dimension.
    [TestMethod, Trained]
    [DataRow(1)]
    [DataRow(2)]
    public void FewNeighbours_AreCorrectedFor(int dimension) =>
        TrainedBound.Near(1, IntrinsicDimension.Estimate(Plane(dimension), Columns, 3) / dimension, 0.2,
            "estimate by three neighbours over the dimension");

    [TestMethod, Trained]
    public void SphereHasOneDimensionLessThanNumbers()
    {
        var (rows, _) = DirichletClasses.Of(5).Draw(Rows, new Random(TrainedSeed.From(1)));
        TrainedBound.Near(4, IntrinsicDimension.Estimate(rows, 5), 0.5, "estimate beside 4");
        Assert.AreEqual(4, IntrinsicDimension.Exponent(IntrinsicDimension.Estimate(rows, 5), 5));
    }

    [TestMethod]
    public void RepeatedRowsCountOnce()
    {
        var rows = Plane(3);
        var once = IntrinsicDimension.Estimate(rows, Columns);
        Assert.AreEqual(once, IntrinsicDimension.Estimate([.. rows, .. rows, .. rows[..(50 * Columns)]], Columns), 1e-12 * once);
    }

    [TestMethod]
    public void ScaleAndPlaceDoNotMatter()
    {
        var rows = Plane(2);
        var estimate = IntrinsicDimension.Estimate(rows, Columns, 5);
        Assert.AreEqual(estimate, IntrinsicDimension.Estimate([.. rows.Select(value => (1024 * value) + 3)], Columns, 5), 1e-9);
    }

    [TestMethod]
    public void ExponentRoundsUpWithinTheSphere()
    {
        Assert.AreEqual(4, IntrinsicDimension.Exponent(3.2, 10));
        Assert.AreEqual(9, IntrinsicDimension.Exponent(25, 10));
        Assert.AreEqual(1, IntrinsicDimension.Exponent(0.3, 10));
    }

    [TestMethod]
    public void EstimateStopsWhenCancelled()
    {
        var looks = 0;
        Assert.ThrowsExactly<OperationCanceledException>(() => IntrinsicDimension.Estimate(
            Plane(2), Columns, 10, () => _ = ++looks == 5 ? throw new OperationCanceledException() : 0));
        Assert.AreEqual(5, looks);
    }

    [TestMethod]
    public void BadInputIsRefused()
    {
        Refuses(() => IntrinsicDimension.Estimate(new double[5], 2), "whole rows");
        Refuses(() => IntrinsicDimension.Estimate([1, 2, double.NaN], 1, 2), "row 2");
        Refuses(() => IntrinsicDimension.Estimate([1, 1, 1, 2, 2, 2], 1, 2), "2 rows differ");
        Refuses(() => IntrinsicDimension.Estimate([0, 1, 1, 0, 0, -1, -1, 0, 0, 0], 2, 1), "neighbors");
        Refuses(() => IntrinsicDimension.Estimate([1, 0, 0, 0, 1, 0, 0, 0, 1], 3, 2), "equally far");
        Refuses(() => IntrinsicDimension.Estimate([1], 0), "columns");
        Refuses(() => IntrinsicDimension.Exponent(0, 3), "above 0");
        Refuses(() => IntrinsicDimension.Exponent(double.NaN, 3), "above 0");
        Refuses(() => IntrinsicDimension.Exponent(2, 1), "columns");
    }

    /// <summary>Uniform points of a cube of the dimension, turned into 12 numbers by a random linear map.</summary>
    private static double[] Plane(int dimension)
    {
        Random random = new(TrainedSeed.From(1));
        var map = Enumerable.Range(0, dimension * Columns).Select(_ => Normal.Next(random)).ToArray();
        var rows = new double[Rows * Columns];
        for (var row = 0; row < Rows; row++)
        {
            for (var axis = 0; axis < dimension; axis++)
            {
                var coordinate = random.NextDouble();
                for (var column = 0; column < Columns; column++)
                {
                    rows[(row * Columns) + column] += coordinate * map[(axis * Columns) + column];
                }
            }
        }
        return rows;
    }

    private static void Refuses(Action action, string text) => Assert.Contains(text, Assert.Throws<ArgumentException>(action).Message);
}
