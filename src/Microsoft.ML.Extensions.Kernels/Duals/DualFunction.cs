namespace Microsoft.ML.Extensions.Kernels;

/// <summary>
/// The numerics of one family of dual activations: sum of a_k^2 xi^k over the Hermite coefficients a_k of an activation with E[phi^2] = 1,
/// so that it maps [-1, 1] into itself and 1 to 1.
/// </summary>
internal abstract class DualFunction
{
    /// <summary>A^2, the value at 0.</summary>
    public abstract double ValueAtZero { get; }

    /// <summary>A'^2, the slope at 0.</summary>
    public abstract double SlopeAtZero { get; }

    /// <summary>B', the slope at 1.</summary>
    public abstract double SlopeAtOne { get; }

    /// <summary>Whether the slope has a square-root singularity at 1, caused by a kink of the activation.</summary>
    public virtual bool IsKinked => false;

    /// <summary>1 where the dual is even, -1 where it is odd, 0 otherwise.</summary>
    public abstract int Parity { get; }

    public abstract double Evaluate(Correlation xi);

    public abstract double Derivative(Correlation xi);

    /// <summary>1 - dual(xi), to a few roundings of itself where xi is at least 0.</summary>
    public abstract double Complement(Correlation xi);

    /// <summary>The dual of phi(w z), normalised again.</summary>
    public abstract DualFunction WithWeightScale(double scale);

    /// <summary>One layer: the dual of a correlation, as exact in its gap as in its value.</summary>
    public Correlation Step(Correlation xi)
    {
        var value = Evaluate(xi);
        return value > 0.5 ? Correlation.Below(Complement(xi)) : Correlation.Of(value);
    }

    /// <summary>arcsin(c) - arcsin(c xi) without cancellation, for 0 &lt; c &lt; 1.</summary>
    /// <param name="c">The factor.</param>
    /// <param name="cosine">sqrt(1 - c^2), which the caller may know more precisely.</param>
    /// <param name="xi">The correlation.</param>
    protected static double ArcsineGap(double c, double cosine, Correlation xi)
    {
        var (sine, other) = (c * xi.Value, Math.Sqrt((cosine * cosine) + (c * c * xi.OneMinusSquare)));
        return xi.Value < 0
            ? Math.Atan2(c, cosine) - Math.Atan2(sine, other)
            : Math.Atan2(c * c * xi.OneMinusSquare / ((c * other) + (sine * cosine)), (cosine * other) + (c * sine));
    }
}
