namespace Microsoft.ML.Extensions.Kernels;

/// <summary>
/// An inner product of unit vectors together with its distance from one. Kernels of deep networks are steep at one: 1 - xi magnifies the
/// rounding of xi there by the slope of every layer, a gap that is carried along does not.
/// </summary>
/// <param name="Value">xi, in [-1, 1].</param>
/// <param name="Gap">1 - xi, in [0, 2], exact to a rounding of its own.</param>
internal readonly record struct Correlation(double Value, double Gap)
{
    public static Correlation Of(double value) => new(value, 1 - value);

    public static Correlation OfGap(double gap) => new(1 - gap, gap);

    /// <summary>The sine of the angle between the vectors.</summary>
    public double Sine => Math.Sqrt(Gap * (2 - Gap));

    /// <summary>The angle between the vectors, in [0, pi].</summary>
    public double Angle => 2 * Math.Atan2(Math.Sqrt(Gap), Math.Sqrt(2 - Gap));
}
