namespace Microsoft.ML.Extensions.Kernels;

/// <summary>(1 - beta) dual(xi) + beta: every layer adds a bias of variance beta to activations of variance 1 - beta.</summary>
internal sealed class BiasedDual(DualFunction inner, double variance) : DualFunction
{
    public override double ValueAtZero => ((1 - variance) * inner.ValueAtZero) + variance;

    public override double SlopeAtZero => (1 - variance) * inner.SlopeAtZero;

    public override double SlopeAtOne => (1 - variance) * inner.SlopeAtOne;

    public override bool IsKinked => inner.IsKinked;

    public override int Parity => inner.Parity == 1 ? 1 : 0;

    public override double Evaluate(Correlation xi) => ((1 - variance) * inner.Evaluate(xi)) + variance;

    public override double Derivative(Correlation xi) => (1 - variance) * inner.Derivative(xi);

    public override double Complement(Correlation xi) => (1 - variance) * inner.Complement(xi);

    public override DualFunction WithWeightScale(double scale) => new BiasedDual(inner.WithWeightScale(scale), variance);
}
