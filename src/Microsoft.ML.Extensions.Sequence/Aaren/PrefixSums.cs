using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>
/// The summary of a set of tokens, from which that of a union follows: the triple (m, u, w) of Feng et al. 2024 (arXiv 2405.13956,
/// section 3.2), in tensors of any device and floating type.
/// </summary>
/// <param name="Largest">m, the largest score, <c>[..., 1]</c>. A constant for gradients: it cancels in the output.</param>
/// <param name="Sums">
/// w and u side by side, <c>[..., W + 1]</c>: the sum of <c>e^(s - m) v</c>, and last the sum of <c>e^(s - m)</c>.
/// </param>
internal readonly record struct PrefixSums(Tensor Largest, Tensor Sums)
{
    // Below every score, but finite: the difference of two infinities is NaN.
    private static readonly TorchSharp.Scalar Lowest = float.MinValue;

    /// <summary>Sets of one token each.</summary>
    /// <param name="scores">s, <c>[...]</c>.</param>
    /// <param name="values">v, <c>[..., W]</c>.</param>
    public static PrefixSums Of(Tensor scores, Tensor values)
    {
        var column = scores.unsqueeze(-1);
        var largest = column.detach();
        // e^(s - m) is 1 but has the derivative of an exponential.
        var weight = column.Minus(largest).exp();
        return new PrefixSums(largest, cat([values * weight, weight], -1));
    }

    /// <summary>Empty sets, <c>[..., W]</c>, the neutral element.</summary>
    public static PrefixSums Empty(ScalarType type, Device device, params long[] size)
    {
        var largest = full([.. size[..^1], 1], Lowest, type, device);
        return new PrefixSums(largest, zeros([.. size[..^1], size[^1] + 1], type, device));
    }

    /// <summary>The unions of sets that come before and sets that come after; associative.</summary>
    public static PrefixSums Combine(PrefixSums before, PrefixSums after)
    {
        var largest = before.Largest.maximum(after.Largest);
        var kept = before.Sums * before.Largest.Minus(largest).exp();
        var fresh = after.Sums * after.Largest.Minus(largest).exp();
        return new PrefixSums(largest, kept.Plus(fresh));
    }

    /// <summary>
    /// The sets of all prefixes along dimension 1, from sets of one step each: a scan of Hillis and Steele 1986, in log2(T) rounds.
    /// </summary>
    public PrefixSums Scan()
    {
        var (all, steps) = (this, Largest.shape[1]);
        for (var reach = 1L; reach < steps; reach *= 2)
        {
            var combined = Combine(all.Narrow(0, steps - reach), all.Narrow(reach, steps - reach));
            all = Join(all.Narrow(0, reach), combined);
        }
        return all;
    }

    /// <summary>The sets of some steps along dimension 1.</summary>
    public PrefixSums Narrow(long start, long length) => new(Largest.narrow(1, start, length), Sums.narrow(1, start, length));

    /// <summary>Sets one after the other along dimension 1.</summary>
    public static PrefixSums Join(PrefixSums first, PrefixSums second) =>
        new(cat([first.Largest, second.Largest], 1), cat([first.Sums, second.Sums], 1));

    /// <summary>o = w / u, <c>[..., W]</c>: the mean of the values, weighted by the softmax of the scores.</summary>
    public Tensor Mean()
    {
        var width = Sums.shape[^1] - 1;
        return Sums.narrow(-1, 0, width) / Sums.narrow(-1, width, 1);
    }
}
