using static System.FormattableString;

namespace Microsoft.ML.Extensions.Kernels;

/// <summary>The dual of sin(sqrt(a) z): sinh(a xi) / sinh(a).</summary>
internal sealed class SineDual : DualFunction
{
    /// <summary>The largest a whose hyperbolic sine leaves room in a double for products of two.</summary>
    public const double Largest = 300;

    private readonly double _a;
    private readonly double _sinh;

    /// <exception cref="ArgumentOutOfRangeException">a is not above 0 and at most 300.</exception>
    public SineDual(double a)
    {
        if (!(a > 0 && a <= Largest))
        {
            throw new ArgumentOutOfRangeException(nameof(a),
                Invariant($"The a of sin(sqrt(a) z), weight scale squared included, is {a}; it must be above 0 and at most {Largest}."));
        }
        (_a, _sinh) = (a, Math.Sinh(a));
    }

    public override double ValueAtZero => 0;

    public override double SlopeAtZero => _a / _sinh;

    public override double SlopeAtOne => _a * Math.Cosh(_a) / _sinh;

    public override int Parity => -1;

    public override double Evaluate(Correlation xi) => Math.Sinh(_a * xi.Value) / _sinh;

    public override double Derivative(Correlation xi) => _a * Math.Cosh(_a * xi.Value) / _sinh;

    public override double Complement(Correlation xi) => 2 * Math.Cosh(_a * xi.OnePlus / 2) * Math.Sinh(_a * xi.OneMinus / 2) / _sinh;

    public override DualFunction WithWeightScale(double scale) => new SineDual(_a * scale * scale);
}
