using Microsoft.ML.Extensions.Training;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>
/// Builds a single-layer Transformer that approximates a given continuous function from sequences to sequences on a box: the theorem of
/// universal approximation as a program. Nothing is trained by gradient descent.
/// </summary>
/// <remarks>
/// <para>The sequences X are <c>[n, d]</c>. Each step carries a one-hot code of its position. Head k scores beta at position k and 0
/// elsewhere, so that after the attention every step holds all of X, up to <c>2 M (n - 1) / (e^beta + n - 1)</c> for numbers of at most M
/// in size. What remains is a continuous function of position and X, which the position-wise ReLU network fits: random units, and
/// coefficients by least squares. So n heads, the code and one wide enough layer suffice, by the classical theorem for ReLU
/// networks.</para>
/// <para>Without the code a Transformer is permutation equivariant, <c>T(P X) = P T(X)</c>, and stays at least
/// <c>max |f(P X) - P f(X)| / 2</c> away from f.</para>
/// <para>References: the statement for one layer is that of Gumaan 2025 (arXiv 2507.10581), a short preprint that is not reviewed. Reviewed
/// and proved: Yun et al. 2019 (arXiv 1912.10077), deep networks, equivariant without and arbitrary with places; Kajitsuka, Sato 2023
/// (arXiv 2307.14023), one layer of attention between two position-wise networks, equivariant. The construction here is this package's
/// own.</para>
/// </remarks>
/// <example><code language="csharp"><![CDATA[
/// using Microsoft.ML.Extensions.Sequence;
///
/// var approximator = new TransformerApproximator(new TransformerApproximatorOptions { Width = 1024 });
/// using var sorter = approximator.Approximate(Sort, new SequenceBox(steps: 3, channels: 1));
/// Console.WriteLine($"{sorter.SupError} {sorter.Verdict}");
/// var sorted = sorter.Evaluate(new[,] { { 0.9 }, { 0.2 }, { 0.4 } });
/// Console.WriteLine($"{sorted[0, 0]} {sorted[1, 0]} {sorted[2, 0]}");
///
/// static double[,] Sort(double[,] x)
/// {
///     double[] numbers = [x[0, 0], x[1, 0], x[2, 0]];
///     Array.Sort(numbers);
///     return new[,] { { numbers[0] }, { numbers[1] }, { numbers[2] } };
/// }
/// ]]></code></example>
/// <seealso href="../docs/SingleLayerTransformer.html">docs/SingleLayerTransformer.md</seealso>
public sealed class TransformerApproximator
{
    private const int SequencesAUnit = 10, LeastSequences = 4000;

    private readonly TransformerApproximatorOptions _options;

    /// <param name="options">The options; later changes to them have no effect. Null is the defaults.</param>
    /// <exception cref="ArgumentException">Options are out of range; the message lists all of them.</exception>
    public TransformerApproximator(TransformerApproximatorOptions? options = null)
    {
        _options = (options ?? new()).Validated();
    }

    /// <summary>Builds the network and measures it.</summary>
    /// <param name="target">
    /// A continuous function from sequences <c>[n, d]</c> of the box to sequences <c>[n, m]</c>, m from 1 to 64.
    /// </param>
    /// <param name="domain">The box.</param>
    /// <returns>The network and its errors; dispose it after use.</returns>
    /// <exception cref="ArgumentException">
    /// The target's values are of a wrong shape or not finite, or the width does not fit the box.
    /// </exception>
    /// <exception cref="InvalidOperationException">The fit needs more memory than it may take, or is singular.</exception>
    public TransformerApproximation Approximate(Func<double[,], double[,]> target, SequenceBox domain)
    {
        var function = Function(target, domain);
        CheckWidth(domain, _options.Width);
        return Build(function, _options.Width, FitSamples(function, _options.Width), HeldOutSamples(function));
    }

    /// <summary>The errors for several widths; the width of the options is not used.</summary>
    /// <param name="target">As in <see cref="Approximate"/>.</param>
    /// <param name="domain">The box.</param>
    /// <param name="widths">The widths.</param>
    /// <exception cref="ArgumentException">
    /// The target's values are of a wrong shape or not finite, or there is no width, or one that does not fit the box.
    /// </exception>
    /// <exception cref="InvalidOperationException">The fit needs more memory than it may take, or is singular.</exception>
    public ErrorCurve ErrorByWidth(Func<double[,], double[,]> target, SequenceBox domain, IReadOnlyList<int> widths)
    {
        ArgumentNullException.ThrowIfNull(widths);
        var function = Function(target, domain);
        if (widths.Count == 0)
        {
            throw new ArgumentException("There are no widths; give at least one.", nameof(widths));
        }
        foreach (var width in widths)
        {
            CheckWidth(domain, width);
        }
        var (fit, heldOut) = (FitSamples(function, widths.Max()), HeldOutSamples(function));
        return new ErrorCurve([.. widths.Select(width =>
        {
            using var approximation = Build(function, width, fit, heldOut);
            return new WidthError(width, approximation.SupError, approximation.RmsError);
        })]);
    }

    private static SequenceTarget Function(Func<double[,], double[,]> target, SequenceBox domain)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(domain);
        return new SequenceTarget(target, domain);
    }

    private TransformerApproximation Build(SequenceTarget target, int width, SequenceSamples fit, SequenceSamples heldOut)
    {
        var domain = target.Domain;
        var network = new ApproximationNetwork(domain, target.Channels, width, _options.PositionCode);
        try
        {
            if (_options.PositionCode)
            {
                RoutingHeads.ByPlace(network, domain, _options.Beta);
            }
            else
            {
                RoutingHeads.ByContent(network, domain);
            }
            UnitFit.Run(network, target, fit, _options.Ridge, SeedSequence.Derive(_options.Seed, 1));
            return new TransformerApproximation(network, target, heldOut, RoutingHeads.ErrorBound(domain, _options.Beta));
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    private SequenceSamples FitSamples(SequenceTarget target, int width)
    {
        var chosen = Math.Max(SequencesAUnit * UnitsOf(target.Domain, width), LeastSequences);
        return SequenceSamples.ToFit(target, _options.FitPoints > 0 ? _options.FitPoints : chosen, SeedSequence.Derive(_options.Seed, 0));
    }

    private SequenceSamples HeldOutSamples(SequenceTarget target) => SequenceSamples.HeldOut(target, _options.HeldOutPoints);

    private int UnitsOf(SequenceBox domain, int width) => width / UnitFit.Networks(domain, _options.PositionCode);

    private void CheckWidth(SequenceBox domain, int width)
    {
        var units = UnitsOf(domain, width);
        if (units < 1)
        {
            throw new ArgumentException(
                $"The width is {width}; {domain.Steps} steps with the position code need at least {domain.Steps}, a unit a step.");
        }
        // The normal equations, their sum of a block, and their factor.
        var megabytes = (3L * sizeof(double) * units * units) >> 20;
        if (megabytes > _options.MemoryBudgetMegabytes)
        {
            throw new InvalidOperationException(
                $"{units} units a fit need {megabytes} MB, and MemoryBudgetMegabytes is {_options.MemoryBudgetMegabytes}; lower the width or raise the budget.");
        }
    }
}
