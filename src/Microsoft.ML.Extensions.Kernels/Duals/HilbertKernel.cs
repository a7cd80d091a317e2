using static System.FormattableString;

namespace Microsoft.ML.Extensions.Kernels;

/// <summary>
/// log ||x - z||^-d of unit vectors, -d/2 log(2 - 2 xi): the Hilbert kernel estimate (Devroye, Gyorfi and Krzyzak 1998), which is
/// Bayes-optimal for many rows of intrinsic dimension d and has no parameters. The baseline of singular kernels of order d.
/// </summary>
internal sealed class HilbertKernel : IKernelFunction
{
    private readonly double _halfDimension;

    /// <exception cref="ArgumentOutOfRangeException">The dimension is not above 0 and finite.</exception>
    public HilbertKernel(double dimension)
    {
        if (!(dimension > 0 && double.IsFinite(dimension)))
        {
            throw new ArgumentOutOfRangeException(
                nameof(dimension), Invariant($"The dimension is {dimension}; it must be above 0 and finite."));
        }
        _halfDimension = dimension / 2;
    }

    public double AtOne => double.PositiveInfinity;

    public void Apply(Span<double> products)
    {
        foreach (ref var product in products)
        {
            product = -_halfDimension * Math.Log(2 * Math.Max(0, 1 - product));
        }
    }
}
