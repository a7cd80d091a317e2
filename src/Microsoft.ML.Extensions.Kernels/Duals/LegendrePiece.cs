namespace Microsoft.ML.Extensions.Kernels;

/// <summary>A function on one interval: its values at Gauss and Legendre's 16 nodes, and the polynomial through them.</summary>
internal sealed class LegendrePiece
{
    public const int Nodes = 16;

    private static readonly double[] s_places = new double[Nodes];
    private static readonly double[] s_weights = new double[Nodes];

    private readonly double[] _coefficients = new double[Nodes];
    private readonly double _middle;
    private readonly double _radius;

    static LegendrePiece()
    {
        for (var i = 0; i < Nodes; i++)
        {
            var x = Math.Cos(Math.PI * (i + 0.75) / (Nodes + 0.5));
            for (var iteration = 0; iteration < 10; iteration++)
            {
                var (value, slope) = Polynomial(Nodes, x);
                x -= value / slope;
            }
            var (_, last) = Polynomial(Nodes, x);
            (s_places[i], s_weights[i]) = (x, 2 / ((1 - (x * x)) * last * last));
        }
    }

    public LegendrePiece(Func<double, double> function, double start, double end)
    {
        (_middle, _radius) = ((start + end) / 2, (end - start) / 2);
        for (var i = 0; i < Nodes; i++)
        {
            Values[i] = function(Place(i));
            for (var k = 0; k < Nodes; k++)
            {
                _coefficients[k] += (k + 0.5) * s_weights[i] * Values[i] * Polynomial(k, s_places[i]).Value;
            }
        }
    }

    public double[] Values { get; } = new double[Nodes];

    /// <summary>The size of the last two coefficients, which estimates the error of the polynomial.</summary>
    public double Unresolved => Math.Abs(_coefficients[^1]) + Math.Abs(_coefficients[^2]);

    public double Place(int node) => _middle + (_radius * s_places[node]);

    public double Weight(int node) => _radius * s_weights[node];

    public double SlopeAt(int node) => At(s_places[node]).Slope;

    /// <summary>Value and slope at a place of the interval, -1 its start and 1 its end.</summary>
    public (double Value, double Slope) At(double place)
    {
        var (value, slope) = (0.0, 0.0);
        for (var k = 0; k < Nodes; k++)
        {
            var polynomial = Polynomial(k, place);
            value += _coefficients[k] * polynomial.Value;
            slope += _coefficients[k] * polynomial.Slope;
        }
        return (value, slope / _radius);
    }

    /// <summary>Legendre's polynomial and its slope, by P'_{k+1} = P'_{k-1} + (2k + 1) P_k, which holds at the ends, too.</summary>
    private static (double Value, double Slope) Polynomial(int degree, double x)
    {
        var (before, now, slopeBefore, slope) = (0.0, 1.0, 0.0, 0.0);
        for (var k = 0; k < degree; k++)
        {
            (slopeBefore, slope) = (slope, slopeBefore + (((2 * k) + 1) * now));
            (before, now) = (now, ((((2 * k) + 1) * x * now) - (k * before)) / (k + 1));
        }
        return (now, slope);
    }
}
