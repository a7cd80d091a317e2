using Microsoft.ML.Extensions.Numerics;

namespace Microsoft.ML.Extensions.Sequence.Tests.Numerics;

[TestClass]
public sealed class HaltonSequenceTests
{
    private const int Points = 4096;

    [TestMethod]
    public void Points_LieInsideTheCube_AndNoneTwice()
    {
        var points = Draw(2);
        Assert.IsTrue(points.All(point => point.All(value => value is > 0 and < 1)));
        Assert.HasCount(Points, points.Select(point => (point[0], point[1])).Distinct().ToList());
    }

    [TestMethod]
    public void FirstPoint_IsTheMirroredLeap()
    {
        // 409 is 110011001 in base 2 and 120011 in base 3.
        var point = Draw(2)[0];
        Assert.AreEqual(0b100110011 / 512.0, point[0]);
        Assert.AreEqual(((1 * 243) + (1 * 81) + (2 * 3) + 1) / 729.0, point[1], 1e-15);
    }

    [TestMethod]
    public void EveryPairOfCoordinates_FillsItsSquareEvenly()
    {
        const int cells = 8;
        var points = Draw(HaltonSequence.MaxDimensions);
        for (var left = 0; left < HaltonSequence.MaxDimensions; left++)
        {
            for (var right = 0; right < left; right++)
            {
                var counts = points.CountBy(point => ((int)(point[left] * cells), (int)(point[right] * cells))).ToList();
                Assert.HasCount(cells * cells, counts, $"{left}, {right}");
                Assert.IsTrue(counts.All(pair => pair.Value is > Points / cells / cells / 2 and < Points / cells / cells * 2),
                    $"{left}, {right}");
            }
        }
    }

    private static double[][] Draw(int dimensions) => [.. Enumerable.Range(0, Points).Select(index =>
    {
        var point = new double[dimensions];
        HaltonSequence.Fill(index, point);
        return point;
    })];
}
