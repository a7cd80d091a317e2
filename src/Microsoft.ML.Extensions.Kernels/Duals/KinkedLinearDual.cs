namespace Microsoft.ML.Extensions.Kernels;

/// <summary>
/// The dual of z for z &gt; 0 and slope z below (Cho and Saul 2009 for the ReLU): xi minus a share of the arc-cosine term. With p = (1 +
/// slope) / 2 and q = (1 - slope) / 2 the activation is p z + q |z|, and the share is q^2 / (p^2 + q^2).
/// </summary>
internal sealed class KinkedLinearDual(double slope) : DualFunction
{
    private readonly double _share = (1 - slope) * (1 - slope) / (2 * (1 + (slope * slope)));

    public override double ValueAtZero => 2 * _share / Math.PI;

    public override double SlopeAtZero => 1 - _share;

    public override double SlopeAtOne => 1;

    public override bool IsKinked => _share > 0;

    public override int Parity => slope switch { 1 => -1, -1 => 1, _ => 0 };

    public override double Evaluate(Correlation xi) => xi.Value + (2 * _share / Math.PI * ArcTerm(xi));

    public override double Derivative(Correlation xi) => 1 - (2 * _share / Math.PI * xi.Angle);

    public override double Complement(Correlation xi) => xi.OneMinus - (2 * _share / Math.PI * ArcTerm(xi));

    /// <summary>The activation is homogeneous: a scale of its argument is a scale of its value.</summary>
    public override DualFunction WithWeightScale(double scale) => this;

    /// <summary>sin t - t cos t for the angle t, by its series where the difference would cancel.</summary>
    private static double ArcTerm(Correlation xi)
    {
        const double smallAngle = 0.5;
        const int terms = 9;
        var angle = xi.Angle;
        if (angle > smallAngle)
        {
            return xi.Sine - (angle * xi.Value);
        }
        var (square, sum) = (angle * angle, 0.0);
        for (var k = terms; k >= 1; k--)
        {
            // The ratio of term k + 1 to term k of sum (-1)^(k+1) 2k t^(2k+1) / (2k+1)!.
            sum = 1 - (sum * square * (k + 1) / (k * ((2 * k) + 2) * ((2 * k) + 3.0)));
        }
        return angle * square / 3 * sum;
    }
}
