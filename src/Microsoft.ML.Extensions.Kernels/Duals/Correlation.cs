namespace Microsoft.ML.Extensions.Kernels;

/// <summary>
/// An inner product of unit vectors together with its distance from the nearer of -1 and 1. Kernels of deep networks are steep there: 1 -
/// xi magnifies the rounding of xi by the slope of every layer; a separate gap avoids that.
/// </summary>
/// <param name="Value">xi, in [-1, 1].</param>
/// <param name="Gap">1 - |xi|, in [0, 1], exact to a rounding of its own.</param>
internal readonly record struct Correlation(double Value, double Gap)
{
    public static Correlation Of(double value) => new(value, 1 - Math.Abs(value));

    /// <summary>1 - gap.</summary>
    /// <param name="gap">0 to 1.</param>
    public static Correlation Below(double gap) => new(1 - gap, gap);

    public double OneMinus => Value < 0 ? 2 - Gap : Gap;

    public double OnePlus => Value < 0 ? Gap : 2 - Gap;

    /// <summary>1 - xi^2.</summary>
    public double OneMinusSquare => Gap * (2 - Gap);

    /// <summary>The sine of the angle between the vectors.</summary>
    public double Sine => Math.Sqrt(OneMinusSquare);

    /// <summary>The angle between the vectors, in [0, pi].</summary>
    public double Angle => 2 * Math.Atan2(Math.Sqrt(OneMinus), Math.Sqrt(OnePlus));

    public static Correlation operator -(Correlation xi) => new(-xi.Value, xi.Gap);
}
