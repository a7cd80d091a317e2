using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Numerics;
using Microsoft.ML.Extensions.Numerics.RandomConvolution;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Random convolutions and what was solved for on them, in the form that scoring needs.</summary>
/// <param name="Features">The convolutions.</param>
/// <param name="Weights"><c>[F, K]</c>.</param>
/// <param name="Offset"><c>[K]</c>.</param>
/// <param name="Link">What makes scores of the sums.</param>
internal sealed record SolvedConvolutions(SeriesFeatures Features, double[] Weights, double[] Offset, ScoreLink Link)
{
    /// <summary>The range of values that can be scored.</summary>
    public InputRange Range => InputRange.Around(Features.Means, Features.Scales);

    /// <summary>The scores of a row: features in single precision, their sum in double precision, in one order.</summary>
    public void Score(ReadOnlySpan<float> series, Span<float> scores, ConvolutionScratch scratch)
    {
        var features = scratch.Features(Features.Count);
        Features.Compute(series, features, scratch);
        var sums = scratch.Sums(Offset.Length);
        Offset.CopyTo(sums);
        for (var i = 0; i < features.Length; i++)
        {
            var own = Weights.AsSpan(i * sums.Length, sums.Length);
            for (var k = 0; k < own.Length; k++)
            {
                sums[k] += features[i] * own[k];
            }
        }
        Link.Apply(sums, sums.Length);
        for (var k = 0; k < sums.Length; k++)
        {
            scores[k] = (float)sums[k];
        }
    }

    /// <exception cref="FormatException">No training gives these values.</exception>
    public void Check(ConvolutionPooling pooling)
    {
        Require(nameof(pooling), Enum.IsDefined(pooling));
        Require("values", IsFinite(Features.Values));
        Require("differences", Features.Differences is not { } second || IsFinite(second));
        Require("mean", Features.Means.All(float.IsFinite));
        Require("scale", Features.Scales.All(value => value > 0 && float.IsFinite(value)));
        Require("slope", Link.Factor > 0 && double.IsFinite(Link.Factor) && Link.Width >= 0);
    }

    /// <exception cref="FormatException">It does not hold.</exception>
    public static void Require(string name, bool holds)
    {
        if (!holds)
        {
            throw new FormatException($"'{name}' holds values that no training gives.");
        }
    }

    private static bool IsFinite(ConvolutionBank bank) =>
        bank.Biases.All(float.IsFinite) && bank.Spreads.All(spread => spread >= 0 && float.IsFinite(spread));
}
