namespace Microsoft.ML.Extensions.Kernels;

/// <summary>Means over Gaussian variables of mean 0.</summary>
/// <remarks>
/// Hermite quadrature is exact for polynomials and poor at kinks and at large variances, which activations and their squares have. So
/// the standard normal variable is cut at 14 deviations, where its density is 1e-43, and the interval is halved wherever the two rules of
/// Gauss and Kronrod on it differ. A function that grows so fast that it does not vanish there (exp at a large variance) gives NaN.
/// <see cref="Trapezoid"/> is the reference.
/// </remarks>
internal static class GaussianMean
{
    private const int Reach = 14, LargestDepth = 45, TrapezoidPoints = 6000;
    private const double Tolerance = 1e-11, LargestEdge = 1e-9;

    // The nodes above 0 and the weights of both rules (QUADPACK, qk15); the Gauss rule has every other node.
    private static readonly double[] Nodes =
    [
        0.991455371120812639206854697526329, 0.949107912342758524526189684047851, 0.864864423359769072789712788640926,
        0.741531185599394439863864773280788, 0.586087235467691130294144691693013, 0.405845151377397166906606412076961,
        0.207784955007898467600689403773245, 0,
    ];

    private static readonly double[] Kronrod =
    [
        0.022935322010529224963732008058970, 0.063092092629978553290700663189204, 0.104790010322250183839876322541518,
        0.140653259715525918745189590510238, 0.169004726639267902826583426598550, 0.190350578064785409913256402421014,
        0.204432940075298892414161999234649, 0.209482141084727828012999174891714,
    ];

    private static readonly double[] Gauss =
        [0.129484966168869693270611432679082, 0.279705391489276667901467771423780, 0.381830050505118944950369775488975,
            0.417959183673469387755102040816327];

    /// <summary>The density of the standard normal variable.</summary>
    public static double Density(double u) => Math.Exp(-u * u / 2) / Math.Sqrt(2 * Math.PI);

    /// <summary>
    /// The mean of <paramref name="function"/> over a normal variable; NaN where the function is not finite or grows too fast.
    /// </summary>
    /// <param name="function">Any function; kinks and jumps cost time, not accuracy.</param>
    /// <param name="variance">K, above 0.</param>
    public static double Of(Func<double, double> function, double variance) => Of(function, 0, Math.Sqrt(variance), []);

    /// <summary>The same by the trapezoidal rule on 6,000 steps: the reference.</summary>
    public static double Trapezoid(Func<double, double> function, double variance)
    {
        var (scale, step, sum) = (Math.Sqrt(variance), 2.0 * Reach / TrapezoidPoints, 0.0);
        for (var i = 0; i <= TrapezoidPoints; i++)
        {
            // Nodes are symmetric about 0, where activations have their kinks.
            var u = (i - (TrapezoidPoints / 2)) * step;
            sum += (i is 0 or TrapezoidPoints ? 0.5 : 1) * Density(u) * function(scale * u);
        }
        return sum * step;
    }

    /// <summary>The mean of a product of a function of either of two normal variables.</summary>
    /// <param name="first">The function of the first.</param>
    /// <param name="second">The function of the second.</param>
    /// <param name="firstVariance">The variance of the first, above 0.</param>
    /// <param name="secondVariance">The variance of the second, above 0.</param>
    /// <param name="covariance">Their covariance.</param>
    public static double OfProduct(
        Func<double, double> first, Func<double, double> second, double firstVariance, double secondVariance, double covariance)
    {
        var slope = covariance / firstVariance;
        var deviation = Math.Sqrt(Math.Max(0, secondVariance - (slope * covariance)));
        // The point at which the second variable, given the first, is 0, where its activation may have a kink.
        return Of(z => first(z) * (deviation == 0 ? second(slope * z) : Of(second, slope * z, deviation, [-slope * z / deviation])),
            firstVariance);
    }

    private static double Of(Func<double, double> function, double center, double deviation, ReadOnlySpan<double> kinks)
    {
        double Integrand(double u) => Density(u) * function(center + (deviation * u));
        var pieces = new Stack<Piece>();
        foreach (var (from, to) in Panels(kinks))
        {
            pieces.Push(Piece.Of(Integrand, from, to, 0));
        }
        var (sum, mass) = (0.0, pieces.Sum(piece => Math.Abs(piece.Value)));
        // Given the first variable, all of the second's mass may lie at an edge.
        if (kinks.IsEmpty && pieces.Where(piece => piece.From <= -Reach || piece.To >= Reach)
            .Any(edge => !(Math.Abs(edge.Value) <= LargestEdge * mass)))
        {
            return double.NaN;
        }
        while (pieces.TryPop(out var piece))
        {
            if (!(piece.Error > Tolerance * mass) || piece.Depth == LargestDepth)
            {
                sum += piece.Value;
                continue;
            }
            var middle = (piece.From + piece.To) / 2;
            pieces.Push(Piece.Of(Integrand, piece.From, middle, piece.Depth + 1));
            pieces.Push(Piece.Of(Integrand, middle, piece.To, piece.Depth + 1));
        }
        return sum;
    }

    private static IEnumerable<(double From, double To)> Panels(ReadOnlySpan<double> kinks)
    {
        var ends = Enumerable.Range(-Reach, (2 * Reach) + 1).Select(end => (double)end).ToList();
        foreach (var kink in kinks)
        {
            if (Math.Abs(kink) < Reach)
            {
                ends.Add(kink);
            }
        }
        ends.Sort();
        return ends.Zip(ends.Skip(1)).Where(pair => pair.First < pair.Second);
    }

    private readonly record struct Piece(double From, double To, double Value, double Error, int Depth)
    {
        public static Piece Of(Func<double, double> function, double from, double to, int depth)
        {
            var (center, half) = ((from + to) / 2, (to - from) / 2);
            var middle = function(center);
            var (kronrod, gauss) = (Kronrod[^1] * middle, Gauss[^1] * middle);
            for (var i = 0; i < Nodes.Length - 1; i++)
            {
                var pair = function(center - (half * Nodes[i])) + function(center + (half * Nodes[i]));
                kronrod += Kronrod[i] * pair;
                gauss += i % 2 == 1 ? Gauss[i / 2] * pair : 0;
            }
            return new Piece(from, to, half * kronrod, half * Math.Abs(kronrod - gauss), depth);
        }
    }
}
