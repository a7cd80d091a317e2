namespace Microsoft.ML.Extensions.Kernels;

/// <summary>The dual of erf(w z) (Williams 1997): arcsin(c xi) / arcsin(c) with c = 2 w^2 / (1 + 2 w^2).</summary>
internal sealed class ErfDual : DualFunction
{
    private readonly double _scale;
    private readonly double _c;
    private readonly double _cosine;
    private readonly double _arcsine;

    public ErfDual(double scale)
    {
        var square = 2 * scale * scale;
        (_scale, _c, _cosine) = (scale, square / (1 + square), Math.Sqrt(1 + (2 * square)) / (1 + square));
        _arcsine = Math.Atan2(_c, _cosine);
    }

    public override double ValueAtZero => 0;

    public override double SlopeAtZero => _c / _arcsine;

    public override double SlopeAtOne => _c / (_cosine * _arcsine);

    public override int Parity => -1;

    public override double Evaluate(Correlation xi) => Math.Atan2(_c * xi.Value, Cosine(xi)) / _arcsine;

    public override double Derivative(Correlation xi) => _c / (Cosine(xi) * _arcsine);

    public override double Complement(Correlation xi) => ArcsineGap(_c, _cosine, xi) / _arcsine;

    public override DualFunction WithWeightScale(double scale) => new ErfDual(_scale * scale);

    private double Cosine(Correlation xi) => Math.Sqrt((_cosine * _cosine) + (_c * _c * xi.OneMinusSquare));
}
