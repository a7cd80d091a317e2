using static System.FormattableString;

namespace Microsoft.ML.Extensions.Kernels;

/// <summary>
/// The classifier that an infinitely wide network becomes at infinite depth, from the inner products of a query with the training rows:
/// each row votes for its class with a weight that depends on the product alone (Radhakrishnan, Belkin and Uhler 2023, arXiv 2204.14126).
/// </summary>
/// <remarks>
/// All computations use logarithms: at depths where a finite network shows its limit, its kernel is outside the range of a double.
/// A query that is a training row has that row's label in every limit. An instance never changes and may be shared by threads.
/// </remarks>
internal sealed class InfiniteDepth
{
    /// <summary>The rounding error of the product of a unit vector with itself.</summary>
    private const double ExactHit = 4e-15;

    /// <summary>The rounding error of a product on the non-negative orthant.</summary>
    private const double Rounding = 1e-12;

    /// <summary>A vote this far below the largest of its class does not change the sum.</summary>
    private const double NegligibleLog = -60;

    private readonly IKernelFunction? _logKernel;
    private readonly bool _needsOrthant;

    private InfiniteDepth(InfiniteDepthLimit limit, IKernelFunction? logKernel, bool needsOrthant) =>
        (Limit, _logKernel, _needsOrthant) = (limit, logKernel, needsOrthant);

    /// <summary>Which limit it is.</summary>
    public InfiniteDepthLimit Limit { get; }

    /// <summary>The limit of a network.</summary>
    /// <exception cref="ArgumentException">The limit has no closed form.</exception>
    public static InfiniteDepth Of(DualActivation dual, NetworkKernel kernel) => dual.Limit(kernel) switch
    {
        InfiniteDepthLimit.NearestNeighbor => new(InfiniteDepthLimit.NearestNeighbor, null, needsOrthant: true),
        InfiniteDepthLimit.SingularKernel => new(InfiniteDepthLimit.SingularKernel, new KoenigsKernel(dual), needsOrthant: true),
        InfiniteDepthLimit.MajorityVote => new(InfiniteDepthLimit.MajorityVote, null, needsOrthant: false),
        InfiniteDepthLimit.Ordered => throw new ArgumentException(
            Invariant($"A^2 is {dual.ValueAtZero} and B' {dual.SlopeAtOne}: the kernel tends to 1 everywhere, which leaves no classifier in closed form. ")
            + "Choose a finite depth, or an activation with A = 0 (without bias) or B' above 1.", nameof(dual)),
        _ => throw new ArgumentException(
            "The activation is the identity: its network is linear at every depth. Choose a finite depth.", nameof(dual)),
    };

    /// <summary>The Hilbert kernel estimate, as if it were the limit of a network of singularity order d.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The dimension is not above 0 and finite.</exception>
    public static InfiniteDepth Hilbert(double dimension) =>
        new(InfiniteDepthLimit.SingularKernel, new HilbertKernel(dimension), needsOrthant: false);

    /// <summary>
    /// Replaces a query's inner products with the training rows by the logarithms of the weights with which the rows vote, up to a
    /// constant.
    /// </summary>
    /// <param name="products">[N], 0 to 1 (-1 to 1 for a majority vote and the Hilbert estimate).</param>
    /// <param name="logWeights">
    /// The logarithm of each row's own weight (how often it occurs), [N], or empty where all weigh the same.
    /// </param>
    /// <exception cref="ArgumentException">The lengths differ, there are no rows, or a product is negative or NaN.</exception>
    public void LogWeights(Span<double> products, ReadOnlySpan<double> logWeights)
    {
        var largest = Check(products, logWeights);
        if (largest >= 1 - ExactHit)
        {
            KeepFrom(products, 1 - ExactHit);
        }
        else if (Limit == InfiniteDepthLimit.NearestNeighbor)
        {
            KeepFrom(products, largest);
        }
        else if (Limit == InfiniteDepthLimit.MajorityVote || largest <= 0 && _needsOrthant)
        {
            // All rows are orthogonal to the query: psi(0) = 0 for each, so they get equal votes.
            products.Clear();
        }
        else
        {
            _logKernel!.Apply(products);
        }
        for (var i = 0; i < logWeights.Length; i++)
        {
            products[i] += logWeights[i];
        }
    }

    /// <summary>The logarithms of the classes' probabilities: the share of each in the votes.</summary>
    /// <param name="products">As in <see cref="LogWeights"/>; overwritten.</param>
    /// <param name="classes">The class of each row, 0 to below K, [N].</param>
    /// <param name="logWeights">As in <see cref="LogWeights"/>.</param>
    /// <param name="scores">The result, [K]; minus infinity for a class without votes.</param>
    /// <exception cref="ArgumentException">As in <see cref="LogWeights"/>.</exception>
    public void LogScores(Span<double> products, ReadOnlySpan<int> classes, ReadOnlySpan<double> logWeights, Span<double> scores)
    {
        if (classes.Length != products.Length)
        {
            throw new ArgumentException(
                $"{products.Length} products and {classes.Length} classes do not belong together.", nameof(classes));
        }
        LogWeights(products, logWeights);
        BelowLargest(products);
        Span<double> sums = scores.Length <= 256 ? stackalloc double[scores.Length] : new double[scores.Length];
        sums.Clear();
        scores.Fill(double.NegativeInfinity);
        for (var i = 0; i < products.Length; i++)
        {
            ref var largest = ref scores[classes[i]];
            largest = Math.Max(largest, products[i]);
        }
        for (var i = 0; i < products.Length; i++)
        {
            var below = products[i] - scores[classes[i]];
            sums[classes[i]] += below > NegligibleLog ? Math.Exp(below) : 0;
        }
        for (var k = 0; k < scores.Length; k++)
        {
            scores[k] += sums[k] > 0 ? Math.Log(sums[k]) : 0;
        }
        Normalise(scores);
    }

    /// <summary>Subtracts the largest logarithm first, which keeps the precision of the differences.</summary>
    private static void BelowLargest(Span<double> values)
    {
        var largest = double.NegativeInfinity;
        foreach (var value in values)
        {
            largest = Math.Max(largest, value);
        }
        foreach (ref var value in values)
        {
            value -= largest;
        }
    }

    private static void Normalise(Span<double> scores)
    {
        BelowLargest(scores);
        var sum = 0.0;
        foreach (var score in scores)
        {
            sum += Math.Exp(score);
        }
        foreach (ref var score in scores)
        {
            score -= Math.Log(sum);
        }
    }

    private static void KeepFrom(Span<double> products, double least)
    {
        foreach (ref var product in products)
        {
            product = product >= least ? 0 : double.NegativeInfinity;
        }
    }

    /// <summary>Checks the input and returns the largest product.</summary>
    private double Check(ReadOnlySpan<double> products, ReadOnlySpan<double> logWeights)
    {
        if (products.Length == 0 || logWeights.Length > 0 && logWeights.Length != products.Length)
        {
            throw new ArgumentException(
                $"{products.Length} products need as many weights, or none, and at least one row; got {logWeights.Length} weights.",
                nameof(logWeights));
        }
        var (largest, least) = (double.NegativeInfinity, _needsOrthant ? -Rounding : -1 - Rounding);
        for (var i = 0; i < products.Length; i++)
        {
            if (!(products[i] >= least))
            {
                throw new ArgumentException(
                    Invariant($"The product with row {i} is {products[i]}; this limit needs rows whose products lie in [{(_needsOrthant ? 0 : -1)}, 1]. Map them to the non-negative orthant."),
                    nameof(products));
            }
            largest = Math.Max(largest, products[i]);
        }
        return largest;
    }
}
