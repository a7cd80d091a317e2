using static System.FormattableString;

namespace Microsoft.ML.Extensions.Kernels;

/// <summary>
/// log psi(xi), the limit of log(Sigma_L / A'^(2L)) as the depth L grows, for A = 0 and 0 &lt; A'^2 &lt; 1: the Koenigs function of the
/// dual, psi(dual(xi)) = A'^2 psi(xi) with psi'(0) = 1. It grows like (1 - xi)^(-alpha / 2) towards 1.
/// </summary>
/// <remarks>
/// Every layer divides by A'^2, so the logarithm of psi is the sum of log(dual(s) / (A'^2 s)) over the iterates s: the ratios tend to 1,
/// nothing under- or overflows, and near 1 the iterates are carried as their gap from 1.
/// </remarks>
internal sealed class KoenigsKernel : IKernelFunction
{
    /// <summary>The most iterations for which a table is still built in seconds.</summary>
    private const double MostIterations = 20_000;

    private readonly DualFunction _dual;
    private readonly double _slope;
    private readonly Lazy<KernelTable?> _table;

    /// <exception cref="ArgumentException">
    /// The dual has no singular limit, or is so nearly linear that the iteration converges too slowly.
    /// </exception>
    public KoenigsKernel(DualActivation dual)
    {
        if (dual.Limit(NetworkKernel.Nngp) != InfiniteDepthLimit.SingularKernel)
        {
            throw new ArgumentException(
                Invariant($"A^2 is {dual.ValueAtZero} and A'^2 {dual.SlopeAtZero}; a singular kernel needs A = 0 and A'^2 between 0 and 1."), nameof(dual));
        }
        (_dual, _slope) = (dual.Function, dual.SlopeAtZero);
        _table = new(() => KernelTable.Of(Evaluate, low: 0));
        var iterations = (Math.Log(1e-16) / Math.Log(_slope)) + (Math.Log(1e16) / Math.Log(dual.SlopeAtOne));
        if (!(iterations <= MostIterations))
        {
            throw new ArgumentException(
                Invariant($"A'^2 is {_slope} and B' {dual.SlopeAtOne}; so near 1 the network is almost linear and its limit takes {iterations:G2} layers to ")
                + "appear. Choose a larger weight scale or a finite depth.", nameof(dual));
        }
    }

    public double AtOne => double.PositiveInfinity;

    /// <summary>
    /// Uses a table that is built in the first call and equals the iteration to 1e-13, or the iteration where no table is fine enough
    /// (orders of some hundred). Takes xi in [0, 1]; log psi(0) is minus infinity, and what is below 2^-53 counts as 0.
    /// </summary>
    public void Apply(Span<double> products)
    {
        if (_table.Value is { } table)
        {
            table.Apply(products);
            return;
        }
        foreach (ref var product in products)
        {
            product = Evaluate(Correlation.Of(Math.Clamp(product, 0, 1)));
        }
    }

    /// <summary>The iteration by its definition: log psi(xi) is the sum of log xi and the logarithms of all ratios.</summary>
    public double Evaluate(Correlation xi)
    {
        const double converged = 1e-15;
        if (xi.Value > 0 && xi.Gap == 0)
        {
            return double.PositiveInfinity;
        }
        var (sum, ratio) = (Math.Log(xi.Value), 0.0);
        while (xi.Value > 0 && Math.Abs(ratio - 1) > converged)
        {
            var next = _dual.Step(xi);
            ratio = next.Value / xi.Value / _slope;
            sum += Math.Log(ratio);
            xi = next;
        }
        return sum;
    }
}
