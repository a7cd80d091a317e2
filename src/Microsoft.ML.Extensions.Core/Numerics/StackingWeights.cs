namespace Microsoft.ML.Extensions.Numerics;

/// <summary>The weights with which two models' outputs are added, chosen by the losses of rows that neither has learned from (Wolpert 1992, stacked generalization).</summary>
/// <param name="Base">That of the base's outputs.</param>
/// <param name="Network">That of the network's.</param>
internal readonly record struct StackingWeights(double Base, double Network)
{
    private const int Folds = 10;

    private static readonly double[] Parts = [1, 0.75, 0.5, 0.25, 0];

    // What the network has to beat: with less of the base a mixture could gain although the network adds nothing.
    private static readonly int BasesAlone = Parts.Length;

    /// <summary>
    /// All weights that are tried: the base alone, whole and in parts, then with the network. Above 1, a network becomes surer than smoothed labels leave it.
    /// </summary>
    public static IReadOnlyList<StackingWeights> All { get; } =
    [
        .. Parts.Select(part => new StackingWeights(part, 0)),
        .. from part in Parts from network in (double[])[0.25, 0.5, 0.75, 1, 1.5, 2, 3] select new StackingWeights(part, network),
    ];

    /// <summary>Whether a model may have these weights: one of them, and a base alone is whole.</summary>
    public bool CanBe => All.Contains(this) && (Network > 0 || this == All[0]);

    /// <summary>
    /// The weights of the least mean loss, and for each row the loss with the weights that the other rows would choose, with the network and of the base alone.
    /// </summary>
    /// <remarks>The other rows are those of other blocks, since neighbours may be nearly equal.</remarks>
    /// <param name="choosing">What is minimised, <c>[n]</c>, of each row <c>[<see cref="All"/>]</c>; at least one row.</param>
    /// <param name="losses">The losses, of the same shape.</param>
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

    /// <summary>Whether the network is worth its place beside the base.</summary>
    /// <remarks>
    /// Rows held out from all networks of an ensemble tell what their mean gains: more than a standard error, or it is luck. Where each leaves out rows of its own, these tell
    /// less than there is: of single networks, which learned from fewer rows than the base. There any gain counts.
    /// </remarks>
    /// <param name="gain">The mean by which the loss is lower, of rows that did not choose the weights.</param>
    /// <param name="standardError">Its standard error.</param>
    /// <param name="areFolds">Whether each network leaves out rows of its own.</param>
    public bool AreWorthIt(double gain, double standardError, bool areFolds) => Network > 0 && gain > (areFolds ? 0 : standardError);
}
