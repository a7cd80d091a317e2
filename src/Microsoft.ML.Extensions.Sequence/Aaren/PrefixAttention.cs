using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>
/// For every step, the mean of the values up to it, weighted by the softmax of their scores: attention of one fixed query per head over all
/// prefixes (Feng, Tung, Hajimirsadeghi, Ahmed, Bengio, Mori 2024, arXiv 2405.13956).
/// </summary>
internal static class PrefixAttention
{
    /// <summary>Outputs <c>[B, T, Heads, W]</c>, zero in the padding.</summary>
    /// <param name="scores">Query times key, <c>[B, T, Heads]</c>.</param>
    /// <param name="values"><c>[B, T, Heads, W]</c>.</param>
    /// <param name="lengths">Valid steps of each right-padded row, 0 to T; null stands for T.</param>
    /// <param name="mode">How to compute it.</param>
    /// <exception cref="ArgumentException">Shapes or lengths do not fit together.</exception>
    /// <exception cref="NotSupportedException">The mode does not serve the device or the number type.</exception>
    public static Tensor Run(Tensor scores, Tensor values, int[]? lengths = null, AttentionMode mode = AttentionMode.Auto)
    {
        Validate(scores, values, lengths);
        if (mode == AttentionMode.Fused || (mode == AttentionMode.Auto && FusedPrefixAttention.Serves(scores)))
        {
            return FusedPrefixAttention.Run(scores, values, lengths);
        }
        using var scope = NewDisposeScope();
        var padding = lengths is null ? null : Padding(scores, lengths);
        var outputs = mode == AttentionMode.Softmax
            ? Softmax(Without(padding, scores), Without(padding, values))
            : PrefixSums.Of(Without(padding, scores), Without(padding, values)).Scan().Mean();
        return Without(padding, outputs).MoveToOuterDisposeScope();
    }

    // All pairs at once. Each step attends to itself, so no row of the softmax is fully masked.
    private static Tensor Softmax(Tensor scores, Tensor values)
    {
        var steps = scores.shape[1];
        var later = ones(steps, steps, ScalarType.Bool, scores.device).triu(1);
        var pairs = scores.transpose(1, 2).unsqueeze(2).expand(-1, -1, steps, -1).masked_fill(later, Numbers.NegativeInfinity);
        return pairs.softmax(-1).Times(values.transpose(1, 2)).transpose(1, 2);
    }

    private static Tensor Padding(Tensor scores, int[] lengths)
    {
        var steps = Numbers.Range(scores.shape[1], ScalarType.Int64, scores.device).view(1, -1, 1);
        return steps.ge(tensor(lengths, ScalarType.Int64, scores.device).view(-1, 1, 1));
    }

    // Zero in the padding, for values and gradients, even where the padding holds NaN.
    private static Tensor Without(Tensor? padding, Tensor tensor) => padding is null
        ? tensor
        : tensor.masked_fill(tensor.dim() == 4 ? padding.unsqueeze(-1) : padding, Numbers.Zero);

    // Kernels on raw memory do not check shapes themselves.
    private static void Validate(Tensor scores, Tensor values, int[]? lengths)
    {
        if (scores.dim() != 3 || values.dim() != 4 || !values.shape[..3].SequenceEqual(scores.shape))
        {
            throw new ArgumentException(
                $"Scores must be [B, T, Heads] and values [B, T, Heads, W], and are [{Text(scores)}] and [{Text(values)}].",
                    nameof(values));
        }
        var (rows, steps) = (scores.shape[0], scores.shape[1]);
        if (lengths is not null && (lengths.Length != rows || lengths.Any(length => length < 0 || length > steps)))
        {
            throw new ArgumentException(
                $"Lengths must be {rows} numbers from 0 to {steps}, and are [{string.Join(", ", lengths)}].", nameof(lengths));
        }
    }

    private static string Text(Tensor tensor) => string.Join(", ", tensor.shape);
}
