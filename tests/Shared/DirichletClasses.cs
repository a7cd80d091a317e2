namespace Microsoft.ML.Extensions.Tests;

/// <summary>
/// Two classes of Dirichlet laws whose points are carried to the unit sphere: the published experiment of Radhakrishnan, Belkin and Uhler
/// (arXiv 2204.14126). The Bayes classifier is known, and D numbers make a sphere of D - 1 dimensions.
/// </summary>
public sealed class DirichletClasses
{
    /// <summary>The probability of class 1.</summary>
    public const double Prior = 0.4;

    private readonly double[][] _parameters;

    private DirichletClasses(params double[][] parameters) => _parameters = parameters;

    /// <summary>The numbers D of a row that the experiment has.</summary>
    public static IReadOnlyList<int> Published => [2, 3, 5, 9];

    /// <summary>The experiment in D numbers.</summary>
    public static DirichletClasses Of(int columns) => columns switch
    {
        2 => new([2, 1], [1, 2]),
        3 => new([2.5, .1, .5], [.5, .5, 2.5]),
        5 => new([1, 2, 2, 2, 3], [3, 1, 2, 1, 1]),
        9 => new([1, 1, 1, 2, 3, 4, 2, 2, 1], [1, 2, 1, 2, 1, 1, 1, 1, 1]),
        _ => throw new ArgumentOutOfRangeException(nameof(columns), columns, "The experiment has 2, 3, 5 or 9 numbers a row."),
    };

    /// <summary>D.</summary>
    public int Columns => _parameters[0].Length;

    /// <summary>Unit vectors of non-negative numbers, [count, D], and their classes.</summary>
    public (double[] Rows, int[] Labels) Draw(int count, Random random)
    {
        var (rows, labels) = (new double[count * Columns], new int[count]);
        for (var i = 0; i < count; i++)
        {
            labels[i] = random.NextDouble() < Prior ? 1 : 0;
            var row = rows.AsSpan(i * Columns, Columns);
            Gammas(_parameters[labels[i]], row, random);
            Scale(row, Math.Sqrt(Sum(row, squared: true)));
        }
        return (rows, labels);
    }

    /// <summary>The class that the Bayes classifier gives a row.</summary>
    public int Bayes(ReadOnlySpan<double> row)
    {
        var point = row.ToArray();
        Scale(point, Sum(point, squared: false));
        return Math.Log(Prior) + LogDensity(_parameters[1], point) > Math.Log(1 - Prior) + LogDensity(_parameters[0], point) ? 1 : 0;
    }

    private static double LogDensity(double[] parameters, double[] point) =>
        LogGamma(parameters.Sum()) + parameters.Zip(point, (parameter, x) => ((parameter - 1) * Math.Log(x)) - LogGamma(parameter)).Sum();

    private static double Sum(ReadOnlySpan<double> row, bool squared)
    {
        var sum = 0.0;
        foreach (var value in row)
        {
            sum += squared ? value * value : value;
        }
        return sum;
    }

    private static void Scale(Span<double> row, double size)
    {
        foreach (ref var value in row)
        {
            value /= size;
        }
    }

    private static void Gammas(double[] shapes, Span<double> row, Random random)
    {
        for (var k = 0; k < shapes.Length; k++)
        {
            // A shape below 1 is one above it times a power of a uniform number.
            row[k] = shapes[k] >= 1 ? Gamma(shapes[k], random)
                : Gamma(shapes[k] + 1, random) * Math.Pow(1 - random.NextDouble(), 1 / shapes[k]);
        }
    }

    /// <summary>Marsaglia and Tsang 2000, for shapes of at least 1.</summary>
    private static double Gamma(double shape, Random random)
    {
        var d = shape - (1.0 / 3);
        while (true)
        {
            var normal = Normal.Next(random);
            var cube = Math.Pow(1 + (normal / Math.Sqrt(9 * d)), 3);
            if (cube > 0 && Math.Log(1 - random.NextDouble()) < (normal * normal / 2) + d - (d * cube) + (d * Math.Log(cube)))
            {
                return d * cube;
            }
        }
    }

    /// <summary>Stirling's series above 10, and the recursion below it.</summary>
    private static double LogGamma(double x) => x < 10
        ? LogGamma(x + 1) - Math.Log(x)
        : ((x - 0.5) * Math.Log(x)) - x + (Math.Log(2 * Math.PI) / 2) + (1 / (12 * x)) - (1 / (360 * x * x * x))
            + (1 / (1260 * Math.Pow(x, 5)));
}
