using static System.FormattableString;

namespace Microsoft.ML.Extensions.Kernels;

/// <summary>
/// The dual of an activation phi, which maps the correlation of two inputs through a layer of an infinitely wide network: dual(xi) =
/// E[phi(u) phi(v)] for standard normal u, v of correlation xi, with phi scaled so that E[phi^2] = 1.
/// </summary>
/// <remarks>
/// <para>
/// With a_k the coefficients of phi in the orthonormal Hermite polynomials, dual(xi) = sum a_k^2 xi^k (Daniely, Frostig and Singer 2016,
/// arXiv 1602.05897). Three numbers determine the limit of a deep network's classifier (Radhakrishnan, Belkin and Uhler 2023, arXiv
/// 2204.14126): A^2 = dual(0), A'^2 = dual'(0) and B' = dual'(1), where A = E[phi], A' = E[phi'] and B' = E[phi'^2].
/// </para>
/// <para>Rows lie on the unit sphere: only there is the dual a map of [-1, 1] into itself. An instance never changes and may be shared by
/// threads.</para>
/// </remarks>
public sealed class DualActivation
{
    /// <summary>The tolerance within which B' counts as 1: rounding, also of coefficients with ten digits.</summary>
    private const double CriticalTolerance = 1e-9;

    private const int LargestDegree = 256;

    private DualActivation(DualFunction function) => Function = function;

    internal DualFunction Function { get; }

    /// <summary>max(z, 0): A != 0 and B' = 1.</summary>
    public static DualActivation Relu() => LeakyRelu(0);

    /// <summary>z for z &gt; 0, slope z below.</summary>
    /// <param name="slope">Any finite number; 1 is the identity and -1 the absolute value.</param>
    /// <exception cref="ArgumentOutOfRangeException">The slope is not finite.</exception>
    public static DualActivation LeakyRelu(double slope) => double.IsFinite(slope)
        ? new(new KinkedLinearDual(slope))
        : throw new ArgumentOutOfRangeException(nameof(slope), Invariant($"The slope is {slope}; it must be a finite number."));

    /// <summary>erf(w z): A = 0.</summary>
    /// <param name="scale">w, above 0 and at most 1,000. The default is 1, the paper's.</param>
    /// <exception cref="ArgumentOutOfRangeException">The scale is out of range.</exception>
    public static DualActivation Erf(double scale = 1) => new(new ErfDual(CheckedScale(scale, nameof(scale))));

    /// <summary>z Phi(z) with Phi the normal distribution function: A != 0 and B' &gt; 1.</summary>
    public static DualActivation Gelu() => new(new GeluDual(1));

    /// <summary>sin(sqrt(a) z), whose dual is sinh(a xi) / sinh(a): A = 0.</summary>
    /// <param name="a">Above 0 and at most 300.</param>
    /// <exception cref="ArgumentOutOfRangeException">a is out of range.</exception>
    public static DualActivation Sine(double a) => new(new SineDual(a));

    /// <summary>The Hermite polynomial h_k, whose dual is xi^k: from 2 on, the nearest neighbour at infinite depth.</summary>
    /// <param name="degree">k, 1 to 256.</param>
    /// <exception cref="ArgumentOutOfRangeException">The degree is out of range.</exception>
    public static DualActivation Hermite(int degree)
    {
        if (degree is < 1 or > LargestDegree)
        {
            throw new ArgumentOutOfRangeException(nameof(degree), degree, $"The degree is {degree}; it must be 1 to {LargestDegree}.");
        }
        var coefficients = new double[degree + 1];
        coefficients[degree] = 1;
        return FromHermite(coefficients);
    }

    /// <summary>A dual given as a polynomial: sum c_k xi^k with c_k = a_k^2.</summary>
    /// <remarks>Signs of the a_k do not matter to the dual; <see cref="WithWeightScale"/> takes them as positive.</remarks>
    /// <param name="squaredCoefficients">
    /// c_0, c_1, ...: at most 257 finite numbers of at least 0, one beside c_0 above 0. They are divided by their sum.
    /// </param>
    /// <exception cref="ArgumentException">The coefficients are not such numbers.</exception>
    public static DualActivation Polynomial(params ReadOnlySpan<double> squaredCoefficients)
    {
        var roots = new double[squaredCoefficients.Length];
        for (var k = 0; k < roots.Length; k++)
        {
            roots[k] = squaredCoefficients[k] >= 0
                ? Math.Sqrt(squaredCoefficients[k])
                : throw new ArgumentException(
                    Invariant($"Coefficient {k} of the dual is {squaredCoefficients[k]}; it is the square of a Hermite coefficient and at least 0."),
                    nameof(squaredCoefficients));
        }
        return new(new SeriesDual(CheckedSeries(roots, nameof(squaredCoefficients))));
    }

    /// <summary>The activation sum a_k h_k of orthonormal Hermite polynomials: h_0 = 1, h_1 = z, h_2 = (z^2 - 1) / sqrt 2, ...</summary>
    /// <param name="coefficients">a_0, a_1, ...: at most 257 finite numbers, one beside a_0 not 0. They are scaled to E[phi^2] = 1.</param>
    /// <exception cref="ArgumentException">The coefficients are not such numbers.</exception>
    public static DualActivation FromHermite(params ReadOnlySpan<double> coefficients) =>
        new(new SeriesDual(CheckedSeries(coefficients, nameof(coefficients))));

    /// <summary>
    /// Any continuous activation, by quadrature: exact to rounding where it is smooth, to about 1e-6 where its slope jumps.
    /// </summary>
    /// <param name="activation">phi; called some thousand times, and again by <see cref="WithWeightScale"/>.</param>
    /// <exception cref="ArgumentNullException">There is no activation.</exception>
    /// <exception cref="ArgumentException">
    /// The activation is not finite everywhere in [-14, 14], is constant, jumps, or grows too fast for E[phi^2] and E[phi'^2] to exist.
    /// </exception>
    public static DualActivation FromActivation(Func<double, double> activation) => new(new NumericalDual(activation));

    /// <summary>
    /// The activation whose infinitely deep network is Bayes-optimal for many rows of intrinsic dimension d: B' = A'^(-4/d), so that
    /// <see cref="SingularityOrder"/> is d.
    /// </summary>
    /// <remarks>
    /// For d of at least 2 it is 2^(-d/4) h_1 + sqrt(1 - 2^(1 - d/2)) h_2 + 2^(-d/4) h_3 (the code of the paper has d = 2, 4 and 8), for d
    /// = 1 h_1 / sqrt 2 + h_7 / sqrt 2; between, the same two polynomials with weights that depend on d. Rows on a sphere in D numbers have
    /// at most d = D - 1. Too large a d is the smaller error: see <see cref="IntrinsicDimension"/>.
    /// </remarks>
    /// <param name="dimension">d, 1 to 1,000; <see cref="IntrinsicDimension"/> estimates it.</param>
    /// <exception cref="ArgumentOutOfRangeException">The dimension is out of range.</exception>
    public static DualActivation OptimalFor(double dimension)
    {
        const double largest = 1000;
        if (!(dimension >= 1 && dimension <= largest))
        {
            throw new ArgumentOutOfRangeException(nameof(dimension), dimension,
                Invariant($"The dimension is {dimension}; it must be 1 to {largest}. The rows of a sphere in D numbers have at most D - 1."));
        }
        if (dimension < 2)
        {
            var share = LinearShare(dimension);
            return Polynomial(0, share, 0, 0, 0, 0, 0, 1 - share);
        }
        var ends = Math.Pow(2, -dimension / 4);
        return FromHermite(0, ends, Math.Sqrt(Math.Max(0, 1 - (2 * ends * ends))), ends);
    }

    /// <summary>The dual of phi(w z): weights w times as large, with the activation normalised again.</summary>
    /// <param name="scale">w, above 0 and at most 1,000.</param>
    /// <exception cref="ArgumentOutOfRangeException">The scale is out of range, or too large for a sine.</exception>
    public DualActivation WithWeightScale(double scale) => new(Function.WithWeightScale(CheckedScale(scale, nameof(scale))));

    /// <summary>
    /// The dual with a bias in every layer, (1 - beta) dual(xi) + beta: biases of variance beta beside weights of variance 1 - beta. It
    /// acts like a constant added to the activation, so A is no longer 0.
    /// </summary>
    /// <param name="variance">beta, 0 to below 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The variance is out of range.</exception>
    public DualActivation WithBias(double variance) => variance is >= 0 and < 1
        ? variance == 0 ? this : new(new BiasedDual(Function, variance))
        : throw new ArgumentOutOfRangeException(
            nameof(variance), Invariant($"The bias variance is {variance}; it must be at least 0 and below 1."));

    /// <summary>dual(xi).</summary>
    /// <param name="xi">The correlation, -1 to 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">xi is outside [-1, 1].</exception>
    public double Evaluate(double xi) => Function.Evaluate(Checked(xi));

    /// <summary>dual'(xi) = E[phi'(u) phi'(v)].</summary>
    /// <param name="xi">The correlation, -1 to 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">xi is outside [-1, 1].</exception>
    public double Derivative(double xi) => Function.Derivative(Checked(xi));

    /// <summary>A^2 = dual(0), the squared mean of the activation.</summary>
    public double ValueAtZero => Function.ValueAtZero;

    /// <summary>A'^2 = dual'(0), the squared mean of the activation's slope.</summary>
    public double SlopeAtZero => Function.SlopeAtZero;

    /// <summary>B' = dual'(1), the mean square of the activation's slope.</summary>
    public double SlopeAtOne => Function.SlopeAtOne;

    /// <summary>
    /// alpha of the singular kernel ||x - z||^-alpha that infinite depth makes: -2 log(A'^2) / log(B'). Infinite where A' = 0 (the nearest
    /// neighbour decides), NaN where the limit is neither.
    /// </summary>
    public double SingularityOrder => Limit(NetworkKernel.Nngp) switch
    {
        InfiniteDepthLimit.SingularKernel => -2 * Math.Log(SlopeAtZero) / Math.Log(SlopeAtOne),
        InfiniteDepthLimit.NearestNeighbor => double.PositiveInfinity,
        _ => double.NaN,
    };

    /// <summary>The limit of the classifier at infinite depth.</summary>
    /// <param name="kernel">The two kernels differ only where A != 0 and B' = 1.</param>
    public InfiniteDepthLimit Limit(NetworkKernel kernel)
    {
        if (ValueAtZero == 0)
        {
            return SlopeAtZero switch
            {
                0 => InfiniteDepthLimit.NearestNeighbor,
                1 => InfiniteDepthLimit.Linear,
                _ => InfiniteDepthLimit.SingularKernel,
            };
        }
        var critical = Math.Abs(SlopeAtOne - 1) <= CriticalTolerance;
        return SlopeAtOne > 1 && !critical || critical && kernel == NetworkKernel.Ntk
            ? InfiniteDepthLimit.MajorityVote
            : InfiniteDepthLimit.Ordered;
    }

    /// <summary>
    /// Where the limit is a majority vote, the limit of the kernel of two different rows divided by that of a row with itself; NaN
    /// elsewhere.
    /// </summary>
    /// <remarks>
    /// NNGP: the fixed point of the dual below 1. NTK: 0 for B' &gt; 1; for B' = 1 it is 1/3, or 1/4 where the activation has kinks, since
    /// 1 - Sigma_l falls like 1/l or 1/l^2 and the slope of the dual like 1 - 2/l or 1 - 3/l.
    /// </remarks>
    /// <param name="kernel">NNGP or NTK.</param>
    public double MajorityRatio(NetworkKernel kernel)
    {
        if (Limit(kernel) != InfiniteDepthLimit.MajorityVote)
        {
            return double.NaN;
        }
        return kernel == NetworkKernel.Nngp ? FixedPoint() : SlopeAtOne > 1 + CriticalTolerance ? 0 : Function.IsKinked ? 1.0 / 4 : 1.0 / 3;
    }

    /// <summary>
    /// Newton's method from 0: the dual is convex, so it converges from the left. Near criticality it ends by rounding, not by a small
    /// step.
    /// </summary>
    private double FixedPoint()
    {
        const int most = 200;
        var (xi, step) = (0.0, 1.0);
        for (var i = 0; i < most && Math.Abs(step) > 1e-16; i++)
        {
            step = (Evaluate(xi) - xi) / (1 - Derivative(xi));
            xi = Math.Clamp(xi + step, 0, 1);
        }
        return xi;
    }

    /// <summary>
    /// The share of h_1 beside h_7 that gives B' = A'^(-4/d), for 1 &lt;= d &lt; 2: the root below 1 of s + 7 (1 - s) = s^(-2/d).
    /// </summary>
    private static double LinearShare(double dimension)
    {
        var (low, high) = (0.1, 0.6);
        for (var i = 0; i < 60; i++)
        {
            var middle = (low + high) / 2;
            (low, high) = middle + (7 * (1 - middle)) < Math.Pow(middle, -2 / dimension) ? (middle, high) : (low, middle);
        }
        return (low + high) / 2;
    }

    private static Correlation Checked(double xi) => xi is >= -1 and <= 1
        ? Correlation.Of(xi)
        : throw new ArgumentOutOfRangeException(nameof(xi), Invariant($"xi is {xi}; a correlation lies in [-1, 1]."));

    private static double CheckedScale(double scale, string name)
    {
        const double largest = 1000;
        return scale is > 0 and <= largest
            ? scale
            : throw new ArgumentOutOfRangeException(name, Invariant($"The scale is {scale}; it must be above 0 and at most {largest}."));
    }

    private static ReadOnlySpan<double> CheckedSeries(ReadOnlySpan<double> coefficients, string name)
    {
        if (coefficients.Length > LargestDegree + 1)
        {
            throw new ArgumentException($"There are {coefficients.Length} coefficients; at most {LargestDegree + 1} are allowed.", name);
        }
        var most = 0.0;
        for (var k = 0; k < coefficients.Length; k++)
        {
            if (!double.IsFinite(coefficients[k]))
            {
                throw new ArgumentException(Invariant($"Coefficient {k} is {coefficients[k]}; it must be a finite number."), name);
            }
            most = k > 0 ? Math.Max(most, Math.Abs(coefficients[k])) : most;
        }
        return most > 0
            ? coefficients
            : throw new ArgumentException("No coefficient beside the first differs from 0; a constant is not an activation.", name);
    }
}
