namespace Microsoft.ML.Extensions.Kernels;

/// <summary>The dual of a finite Hermite series: a polynomial with coefficients a_k^2.</summary>
internal sealed class SeriesDual : DualFunction
{
    private readonly double[] _hermite;
    private readonly double[] _squares;
    private readonly double[] _slopes;
    private readonly double[] _tails;

    /// <param name="hermite">a_k, of any norm but zero; scaled here to E[phi^2] = 1.</param>
    public SeriesDual(ReadOnlySpan<double> hermite)
    {
        _hermite = Normalised(hermite);
        _squares = [.. _hermite.Select(value => value * value)];
        _slopes = [.. _squares.Skip(1).Select((square, k) => (k + 1) * square)];
        _tails = Tails(_squares);
        Parity = ParityOf(_hermite);
    }

    /// <summary>a_k, the coefficients of the orthonormal Hermite polynomials.</summary>
    public ReadOnlySpan<double> Hermite => _hermite;

    public override double ValueAtZero => _squares[0];

    public override double SlopeAtZero => _squares.Length > 1 ? _squares[1] : 0;

    public override double SlopeAtOne => _slopes.Sum();

    public override int Parity { get; }

    public override double Evaluate(Correlation xi) => Horner(_squares, xi.Value);

    public override double Derivative(Correlation xi) => Horner(_slopes, xi.Value);

    /// <summary>1 - xi^k is (1 - xi) (1 + xi + ... + xi^(k-1)), so the gap comes out as a factor and no terms of the sum cancel.</summary>
    public override double Complement(Correlation xi) => xi.Value < 0 ? 1 - Evaluate(xi) : xi.OneMinus * Horner(_tails, xi.Value);

    public override DualFunction WithWeightScale(double scale) => new SeriesDual(HermiteSeries.Rescaled(_hermite, scale));

    private static double Horner(double[] coefficients, double xi)
    {
        var sum = 0.0;
        for (var k = coefficients.Length - 1; k >= 0; k--)
        {
            sum = (sum * xi) + coefficients[k];
        }
        return sum;
    }

    private static double[] Normalised(ReadOnlySpan<double> hermite)
    {
        var largest = 0.0;
        foreach (var value in hermite)
        {
            largest = Math.Max(largest, Math.Abs(value));
        }
        var scaled = hermite.TrimEnd(0.0).ToArray().Select(value => value / largest).ToArray();
        var norm = Math.Sqrt(scaled.Sum(value => value * value));
        return [.. scaled.Select(value => value / norm)];
    }

    /// <summary>The sums of what comes after each coefficient, added up from the small end.</summary>
    private static double[] Tails(double[] squares)
    {
        var tails = new double[squares.Length - 1];
        var sum = 0.0;
        for (var k = tails.Length - 1; k >= 0; k--)
        {
            tails[k] = sum += squares[k + 1];
        }
        return tails;
    }

    private static int ParityOf(double[] hermite)
    {
        var (even, odd) = (hermite.Where((_, k) => k % 2 == 0).Any(value => value != 0),
            hermite.Where((_, k) => k % 2 == 1).Any(value => value != 0));
        return even && odd ? 0 : odd ? -1 : 1;
    }
}
