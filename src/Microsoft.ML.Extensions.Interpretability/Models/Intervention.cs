using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>A change of one activation during a run: later computations use the changed one, which is also the one recorded.</summary>
/// <remarks>
/// An ablation shows the function of an activation by replacing it: by zero, by its mean over other rows, or by its value in other rows
/// ("resample", which keeps what rows have in common; Chan et al., "Causal scrubbing", 2022). The three give different results.
/// </remarks>
public sealed class Intervention
{
    private readonly Func<Tensor, ActivationCache, Tensor> _edit;

    private Intervention(HookPoint point, Func<Tensor, ActivationCache, Tensor> edit) => (Point, _edit) = (point, edit);

    /// <summary>The activation that is changed.</summary>
    public HookPoint Point { get; }

    /// <summary>Any change that keeps the shape. The function returns a new tensor, and must not change its argument.</summary>
    public static Intervention Edit(HookPoint point, Func<Tensor, Tensor> edit)
    {
        ArgumentNullException.ThrowIfNull(edit);
        return new(point, (activation, _) => edit(activation));
    }

    /// <summary>Any change that keeps the shape, which may also use the activations recorded so far.</summary>
    public static Intervention Edit(HookPoint point, Func<Tensor, ActivationCache, Tensor> edit)
    {
        ArgumentNullException.ThrowIfNull(edit);
        return new(point, edit);
    }

    /// <summary>Zero.</summary>
    /// <param name="point">The activation to ablate.</param>
    /// <param name="heads">The heads; null for all.</param>
    /// <param name="positions">
    /// The tokens (of scores and patterns the queries' tokens), negative ones counted from each row's end; null for all.
    /// </param>
    /// <exception cref="ArgumentException">The activation has no heads or no positions, and some were named.</exception>
    public static Intervention Zero(HookPoint point, IReadOnlyList<int>? heads = null, IReadOnlyList<int>? positions = null)
    {
        var part = new ActivationPart(point, heads, positions);
        return new(point, (activation, run) => part.Mask(activation, run.Lengths) is { } mask
            ? activation.masked_fill(mask, Numbers.Zero)
            : zeros_like(activation));
    }

    /// <summary>The mean over rows, from <see cref="TransformerModel.MeanActivations"/>.</summary>
    /// <param name="point">The activation to ablate.</param>
    /// <param name="means">A cache with its mean; do not dispose it while the intervention is used.</param>
    /// <param name="heads">The heads; null for all.</param>
    /// <param name="positions">The tokens, negative ones counted from each row's end; null for all.</param>
    /// <exception cref="ArgumentException">The activation has no heads or no positions, and some were named.</exception>
    public static Intervention Mean(
        HookPoint point, ActivationCache means, IReadOnlyList<int>? heads = null, IReadOnlyList<int>? positions = null)
    {
        ArgumentNullException.ThrowIfNull(means);
        return Replacement(point, means, null, heads, positions);
    }

    /// <summary>The values of other rows, from a run over them.</summary>
    /// <param name="point">The activation to ablate.</param>
    /// <param name="donors">
    /// A cache with the activation; do not dispose it while the intervention is used. No row may be shorter than its counterpart.
    /// </param>
    /// <param name="rows">The donor row of each row; null for the row of the same number.</param>
    /// <param name="heads">The heads; null for all.</param>
    /// <param name="positions">The tokens, negative ones counted from each row's end; null for all.</param>
    /// <exception cref="ArgumentException">The activation has no heads or no positions, and some were named.</exception>
    public static Intervention Resample(
        HookPoint point, ActivationCache donors, IReadOnlyList<int>? rows = null, IReadOnlyList<int>? heads = null,
        IReadOnlyList<int>? positions = null)
    {
        ArgumentNullException.ThrowIfNull(donors);
        return Replacement(point, donors, rows ?? [.. Enumerable.Range(0, donors.Lengths.Count)], heads, positions);
    }

    internal Tensor Apply(Tensor activation, ActivationCache run)
    {
        var edited = _edit(activation, run);
        // An alias, since the result may be recorded and so disposed with the cache, and the function may keep its own tensor.
        return edited.shape.AsSpan().SequenceEqual(activation.shape)
            ? edited.alias()
            : throw new ArgumentException(
                $"The intervention at '{Point}' made [{string.Join(", ", edited.shape)}] of [{string.Join(", ", activation.shape)}]; it must keep the shape.");
    }

    private static Intervention Replacement(
        HookPoint point, ActivationCache source, IReadOnlyList<int>? rows, IReadOnlyList<int>? heads, IReadOnlyList<int>? positions)
    {
        var part = new ActivationPart(point, heads, positions);
        var value = source[point];
        return new(point, (activation, run) =>
        {
            var fitted = rows is null ? FitMean(value, activation, point) : FitRows(value, activation, point, source, rows, run);
            return part.Mask(activation, run.Lengths) is { } mask ? where(mask, fitted, activation) : fitted;
        });
    }

    private static Tensor FitMean(Tensor mean, Tensor activation, HookPoint point)
    {
        var perPosition = point.TokenAxis > 0 && mean.shape[point.TokenAxis] > 1;
        if (perPosition && mean.shape[point.TokenAxis] < activation.shape[point.TokenAxis])
        {
            throw new ArgumentException(
                $"'{point}' has means of {mean.shape[point.TokenAxis]} positions, and the rows have {activation.shape[point.TokenAxis]}; take the means over longer rows, or over all positions together.");
        }
        return (perPosition ? mean.narrow(point.TokenAxis, 0, activation.shape[point.TokenAxis]) : mean).expand(activation.shape);
    }

    private static Tensor FitRows(
        Tensor value, Tensor activation, HookPoint point, ActivationCache source, IReadOnlyList<int> rows, ActivationCache run)
    {
        CheckRows(point, source, rows, run);
        var fitted = value.index_select(0, tensor(rows.Select(row => (long)row).ToArray(), device: value.device));
        if (point.TokenAxis > 0)
        {
            fitted = fitted.narrow(point.TokenAxis, 0, activation.shape[point.TokenAxis]);
        }
        return point.IsSquare ? fitted.narrow(point.TokenAxis + 1, 0, activation.shape[point.TokenAxis + 1]) : fitted;
    }

    private static void CheckRows(HookPoint point, ActivationCache source, IReadOnlyList<int> rows, ActivationCache run)
    {
        if (rows.Count != run.Lengths.Count)
        {
            throw new ArgumentException(
                $"'{point}' is resampled from {rows.Count} rows and the run has {run.Lengths.Count}; give one for each.");
        }
        for (var row = 0; row < rows.Count; row++)
        {
            if (rows[row] < 0 || rows[row] >= source.Lengths.Count)
            {
                throw new ArgumentException(
                    $"'{point}' of row {row} is resampled from row {rows[row]}; there are rows 0 to {source.Lengths.Count - 1}.");
            }
            if (point.TokenAxis > 0 && source.Lengths[rows[row]] < run.Lengths[row])
            {
                throw new ArgumentException(
                    $"Row {row} has {run.Lengths[row]} tokens and '{point}' is resampled from one of {source.Lengths[rows[row]]}; take donors that are no shorter.");
            }
        }
    }
}
