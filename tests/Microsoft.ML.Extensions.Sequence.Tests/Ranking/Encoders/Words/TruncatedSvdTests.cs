using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence.Tests.Ranking.Encoders.Words;

[TestClass]
public sealed class TruncatedSvdTests
{
    [TestMethod]
    [DataRow(40, 40, 5)]
    [DataRow(60, 25, 25)]
    [DataRow(25, 60, 8)]
    [DataRow(1, 1, 1)]
    public void Values_AreThoseOfTheWholeDecomposition(int rows, int columns, int count)
    {
        using var scope = NewDisposeScope();
        var random = new Random(5);
        var dense = new double[rows * columns];
        var (starts, places, values) = (new List<int> { 0 }, new List<int>(), new List<double>());
        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < columns; column++)
            {
                if (random.Next(4) == 0 || rows == 1)
                {
                    dense[(row * columns) + column] = random.NextDouble();
                    places.Add(column);
                    values.Add(dense[(row * columns) + column]);
                }
            }
            starts.Add(places.Count);
        }
        var (left, found) = TruncatedSvd.Of(new SparseRows(columns, [.. starts], [.. places], [.. values]), count, seed: 2, () => { });
        var (u, s, _) = linalg.svd(tensor(dense, [rows, columns]), fullMatrices: false);
        for (var value = 0; value < count; value++)
        {
            Assert.AreEqual(s.data<double>()[value], found[value], 2e-2 * s.data<double>()[0], $"value {value}");
            var same = Enumerable.Range(0, rows).Sum(row => left[(row * count) + value] * u.t()[value].data<double>()[row]);
            // The largest vector stands apart from all others.
            Assert.IsTrue(value > 0 || Math.Abs(same) > 1 - 1e-9, $"vector {value}");
            Assert.AreEqual(1, Enumerable.Range(0, rows).Sum(row => left[(row * count) + value] * left[(row * count) + value]), 1e-9);
            Assert.IsGreaterThan(0, Enumerable.Range(0, rows).Select(row => left[(row * count) + value]).MaxBy(Math.Abs));
        }
    }

    // Columns that are sums of others leave directions that nobody gave, which must be at right angles, too.
    [TestMethod]
    [DataRow(30, 12, 3)]
    [DataRow(30, 12, 1)]
    [DataRow(30, 12, 12)]
    public void Basis_OfSomeColumnsAtATime_SpansTheSame(int rows, int width, int together)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(3);
        var vectors = randn([rows, width], ScalarType.Float64, generator: generator);
        vectors.narrow(1, 4, 2).copy_(vectors.narrow(1, 1, 2));
        var looks = 0;
        var basis = TruncatedSvd.Basis(vectors, () => looks++, (double)rows * width * together);
        Assert.IsLessThan(1e-12, basis.t().mm(basis).Minus(eye(width, dtype: ScalarType.Float64)).abs().max().Item<double>());
        Assert.IsLessThan(1e-12, basis.mm(basis.t().mm(vectors)).Minus(vectors).abs().max().Item<double>());
        Assert.IsGreaterThanOrEqualTo(width / together, looks);
    }
}
