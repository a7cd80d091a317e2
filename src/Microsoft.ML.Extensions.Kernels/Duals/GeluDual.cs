namespace Microsoft.ML.Extensions.Kernels;

/// <summary>
/// The dual of GELU(w z) = w z Phi(w z) (Hendrycks and Gimpel 2016, arXiv 1606.08415). With g = w^2 / (1 + w^2), r = sqrt(1 - g^2 xi^2),
/// Q = 1/4 + arcsin(g xi) / 2 pi and P = g / (2 pi r), integration by parts gives xi Q + P (1 + (1 - 2 g) xi^2), up to its value at 1.
/// </summary>
internal sealed class GeluDual : DualFunction
{
    private readonly double _scale;
    private readonly double _g;
    private readonly double _root;
    private readonly double _norm;

    public GeluDual(double scale)
    {
        var square = scale * scale;
        (_scale, _g, _root) = (scale, square / (1 + square), Math.Sqrt(1 + (2 * square)) / (1 + square));
        _norm = Raw(Correlation.Of(1));
    }

    public override double ValueAtZero => _g / (2 * Math.PI * _norm);

    public override double SlopeAtZero => 0.25 / _norm;

    public override double SlopeAtOne => Derivative(Correlation.Of(1));

    public override int Parity => 0;

    public override double Evaluate(Correlation xi) => Raw(xi) / _norm;

    public override double Derivative(Correlation xi)
    {
        var (p, root) = (P(xi), Root(xi));
        var slopeOfP = p * _g * _g * xi.Value / (root * root);
        return (Q(xi) + (xi.Value * p) + (slopeOfP * (1 + (Mixed * xi.Value * xi.Value))) + (2 * Mixed * xi.Value * p)) / _norm;
    }

    public override double Complement(Correlation xi)
    {
        var (p, one, root) = (P(xi), Correlation.Of(1), Root(xi));
        var (gapOfQ, square) = (ArcsineGap(_g, _root, xi) / (2 * Math.PI), xi.OneMinusSquare);
        var gapOfP = _g * _g * _g * square / (2 * Math.PI * root * _root * (root + _root));
        return ((xi.OneMinus * Q(one)) + (xi.Value * gapOfQ) + (gapOfP * (1 + Mixed)) + (p * Mixed * square)) / _norm;
    }

    public override DualFunction WithWeightScale(double scale) => new GeluDual(_scale * scale);

    private double Mixed => 1 - (2 * _g);

    private double Raw(Correlation xi) => (xi.Value * Q(xi)) + (P(xi) * (1 + (Mixed * xi.Value * xi.Value)));

    private double Q(Correlation xi) => 0.25 + (Math.Atan2(_g * xi.Value, Root(xi)) / (2 * Math.PI));

    private double P(Correlation xi) => _g / (2 * Math.PI * Root(xi));

    private double Root(Correlation xi) => Math.Sqrt((_root * _root) + (_g * _g * xi.OneMinusSquare));
}
