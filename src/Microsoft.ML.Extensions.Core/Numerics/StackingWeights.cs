namespace Microsoft.ML.Extensions.Numerics;

/// <summary>
/// The weights of two models in the sum of their outputs, chosen by held-out losses (Wolpert 1992, stacked generalization).
/// </summary>
/// <param name="Base">The weight of the base's outputs.</param>
/// <param name="Network">The weight of the network's outputs.</param>
internal readonly record struct StackingWeights(double Base, double Network)
{
    private const int Folds = 10;

    private static readonly double[] Parts = [1, 0.75, 0.5, 0.25, 0];

    // The baseline of the network. With a smaller weight of the base, a mixture could gain without the network.
    private static readonly int BasesAlone = Parts.Length;

    /// <summary>
    /// The candidates: the base alone, in full and in parts, then with the network. Weights above 1 undo the lower confidence of smoothed
    /// labels.
    /// </summary>
    public static IReadOnlyList<StackingWeights> All { get; } =
    [
        .. Parts.Select(part => new StackingWeights(part, 0)),
        .. from part in Parts from network in (double[])[0.25, 0.5, 0.75, 1, 1.5, 2, 3] select new StackingWeights(part, network),
    ];

    /// <summary>Whether a model may have these weights: they are a candidate, and a base alone has weight 1.</summary>
    public bool CanBe => All.Contains(this) && (Network > 0 || this == All[0]);

    /// <summary>
    /// The weights with the lowest mean loss. Also, for each row, the loss with the weights that the other rows choose: with the network,
    /// and of the base alone.
    /// </summary>
    /// <remarks>The other rows are those of other blocks, since adjacent rows may be nearly equal.</remarks>
    /// <param name="choosing">The losses to minimise, <c>[n]</c> rows of <c>[<see cref="All"/>]</c>; at least one row.</param>
    /// <param name="losses">The losses to report, of the same shape.</param>
    public static (StackingWeights Best, float[] Mixed, float[] Alone) Choose(IReadOnlyList<float[]> choosing, IReadOnlyList<float[]> losses)
    {
        var folds = Math.Min(Folds, losses.Count);
        var sums = new double[folds, All.Count];
        for (var row = 0; row < losses.Count; row++)
        {
            for (var one = 0; one < All.Count; one++)
            {
                sums[Fold(row), one] += choosing[row][one];
            }
        }
        int[] mixtures = [0, .. Enumerable.Range(BasesAlone, All.Count - BasesAlone)];
        return (All[mixtures.MinBy(Total)], LeftOut(mixtures), LeftOut([.. Enumerable.Range(0, BasesAlone)]));

        float[] LeftOut(int[] among)
        {
            var chosen = Enumerable.Range(0, folds).Select(fold => among.MinBy(one => Total(one) - sums[fold, one])).ToArray();
            return [.. losses.Select((row, place) => row[chosen[Fold(place)]])];
        }

        int Fold(int row) => (int)((long)row * folds / losses.Count);

        double Total(int one) => Enumerable.Range(0, folds).Sum(fold => sums[fold, one]);
    }

    /// <summary>Whether the network improves the base enough to be kept.</summary>
    /// <remarks>
    /// If the same rows are held out from all networks of an ensemble, the gain of their mean must exceed a standard error. If each
    /// network leaves out its own rows, the estimate is pessimistic: it is the gain of single networks, trained on fewer rows than the
    /// base. Then any gain counts.
    /// </remarks>
    /// <param name="gain">The mean decrease of the loss, on rows that did not choose the weights.</param>
    /// <param name="standardError">Its standard error.</param>
    /// <param name="areFolds">Whether each network leaves out rows of its own.</param>
    public bool AreWorthIt(double gain, double standardError, bool areFolds) => Network > 0 && gain > (areFolds ? 0 : standardError);
}
