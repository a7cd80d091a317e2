namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Errors of approximations of growing width, all fitted on and measured at the same sequences.</summary>
public sealed class ErrorCurve
{
    internal ErrorCurve(IReadOnlyList<WidthError> points) => Points = points;

    /// <summary>An entry per width, in the given order.</summary>
    public IReadOnlyList<WidthError> Points { get; }

    /// <summary>
    /// The least-squares slope of log(largest error) over log(width): -1 where doubling the width halves the error. NaN with fewer than two
    /// widths.
    /// </summary>
    public double SupSlope => Slope(point => point.SupError);

    /// <summary>The same for the root mean squared error.</summary>
    public double RmsSlope => Slope(point => point.RmsError);

    private double Slope(Func<WidthError, double> error)
    {
        var (x, y) = (Points.Select(point => Math.Log(point.Width)).ToArray(), Points.Select(point => Math.Log(error(point))).ToArray());
        var (middle, height) = (x.Average(), y.Average());
        return x.Zip(y, (a, b) => (a - middle) * (b - height)).Sum() / x.Sum(a => (a - middle) * (a - middle));
    }
}
