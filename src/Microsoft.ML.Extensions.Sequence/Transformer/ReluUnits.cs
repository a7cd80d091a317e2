using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>
/// Units <c>ReLU(W x + b)</c> over coordinates x from -1 to 1, drawn before any data is seen: random features, whose linear combinations
/// come as close to a continuous function as wanted (Huang, Chen, Siew 2006, "Universal approximation using incremental constructive
/// feedforward networks with random hidden nodes").
/// </summary>
/// <remarks>
/// The first units are a constant and each coordinate, so that affine functions are exact. Each further unit depends on a random number of
/// random coordinates, and its kink passes through a random point, which covers functions of few and of many coordinates. Half of the
/// directions are Gaussian; the others have entries of equal magnitude, like sums and differences, which orderings depend on. The units of
/// a seed are nested: a larger set begins with the smaller one.
/// </remarks>
/// <param name="Weights">W, <c>[q][K]</c>.</param>
/// <param name="Offsets">b, <c>[q]</c>.</param>
internal sealed record ReluUnits(double[][] Weights, double[] Offsets)
{
    public int Count => Offsets.Length;

    /// <summary>The number of leading units that span the affine functions.</summary>
    public int AffineCount => Math.Min(Count, 1 + Weights[0].Length);

    public static ReluUnits Draw(int count, int coordinates, int seed)
    {
        var random = new Random(seed);
        var (weights, offsets) = (new double[count][], new double[count]);
        for (var unit = 0; unit < count; unit++)
        {
            (weights[unit], offsets[unit]) = unit <= coordinates ? Affine(unit - 1, coordinates) : Kinked(coordinates, random);
        }
        return new ReluUnits(weights, offsets);
    }

    /// <summary>No input within the coordinates' bounds makes the unit's argument larger than this.</summary>
    public double Bound(int unit) => Weights[unit].Sum(Math.Abs) + Math.Abs(Offsets[unit]);

    /// <summary>Values <c>[R, q]</c> at coordinates <c>[R, K]</c>.</summary>
    public Tensor At(Tensor coordinates)
    {
        using var scope = NewDisposeScope();
        return nn.functional.relu(nn.functional.linear(coordinates, tensor(Matrix()), tensor(Offsets))).MoveToOuterDisposeScope();
    }

    // Never below zero: 1 for the coordinate -1, and x + 1 for the others.
    private static (double[] Weights, double Offset) Affine(int coordinate, int coordinates)
    {
        var weights = new double[coordinates];
        if (coordinate >= 0)
        {
            weights[coordinate] = 1;
        }
        return (weights, 1);
    }

    private static (double[] Weights, double Offset) Kinked(int coordinates, Random random)
    {
        var (weights, places) = (new double[coordinates], Enumerable.Range(0, coordinates).ToArray());
        random.Shuffle(places);
        var signsOnly = random.Next(2) == 0;
        foreach (var place in places.AsSpan(0, random.Next(1, coordinates + 1)))
        {
            var weight = Gaussian(random);
            weights[place] = signsOnly ? Math.Sign(weight) : weight;
        }
        var length = Math.Sqrt(weights.Sum(weight => weight * weight));
        var offset = 0.0;
        for (var k = 0; k < coordinates; k++)
        {
            weights[k] /= length;
            offset -= weights[k] * ((2 * random.NextDouble()) - 1);
        }
        return (weights, offset);
    }

    private static double Gaussian(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    private double[,] Matrix()
    {
        var matrix = new double[Count, Weights[0].Length];
        for (var unit = 0; unit < Count; unit++)
        {
            for (var k = 0; k < matrix.GetLength(1); k++)
            {
                matrix[unit, k] = Weights[unit][k];
            }
        }
        return matrix;
    }
}
