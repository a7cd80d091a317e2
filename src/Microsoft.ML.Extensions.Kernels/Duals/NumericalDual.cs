namespace Microsoft.ML.Extensions.Kernels;

/// <summary>The dual of an activation that is known by its values only: that of its <see cref="HermiteExpansion"/>.</summary>
internal sealed class NumericalDual : DualFunction
{
    private readonly Func<double, double> _activation;
    private readonly SeriesDual _series;

    /// <exception cref="ArgumentException">See <see cref="HermiteExpansion.Of"/>.</exception>
    public NumericalDual(Func<double, double> activation)
    {
        var expansion = HermiteExpansion.Of(activation);
        (_activation, _series, IsKinked) = (activation, new SeriesDual(expansion.Coefficients), expansion.IsKinked);
    }

    public override double ValueAtZero => _series.ValueAtZero;

    public override double SlopeAtZero => _series.SlopeAtZero;

    public override double SlopeAtOne => _series.SlopeAtOne;

    public override bool IsKinked { get; }

    public override int Parity => _series.Parity;

    public override double Evaluate(Correlation xi) => _series.Evaluate(xi);

    public override double Derivative(Correlation xi) => _series.Derivative(xi);

    public override double Complement(Correlation xi) => _series.Complement(xi);

    public override DualFunction WithWeightScale(double scale)
    {
        var inner = _activation;
        return new NumericalDual(z => inner(scale * z));
    }
}
