using System.Globalization;
using Microsoft.ML.Extensions.Numerics;
using Microsoft.ML.Extensions.Numerics.RandomConvolution;
using Microsoft.ML.Extensions.Torch;
using Microsoft.ML.Extensions.Training;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The result of a fit.</summary>
/// <param name="Features">The features of rows.</param>
/// <param name="Weights">The weights of unscaled features, <c>[F, K]</c>.</param>
/// <param name="Offset">The intercepts, <c>[K]</c>.</param>
/// <param name="Link">Turns outputs into logits; null for numbers.</param>
/// <param name="LeftOut">The left-out output of each training row before the link, by the regression on all other rows, <c>[N, K]</c>:
/// what its weight beside a network is chosen by.</param>
internal sealed record ConvolutionSolution(SeriesFeatures Features, double[] Weights, double[] Offset, ScoreLink? Link, double[] LeftOut);

/// <summary>
/// Draws convolutions, computes the features of all rows and solves for the weights. Pooling, representations and penalty are chosen by
/// which rows that are left out
/// in turn are told best.
/// </summary>
/// <param name="options">The trainer's options.</param>
/// <param name="rows">The rows.</param>
internal sealed class ConvolutionLearner(RandomConvolutionOptions options, ConvolutionRows rows)
{
    // The most rows that choose the penalty, since each penalty needs a factorisation.
    private const int ChoosingRows = 2000;

    // The fixed factor of the number of features.
    private const int LeastFeatures = 84;

    // Copies of targets and weights while solutions are compared and calibrated.
    private const int Copies = 6;

    /// <summary>Learns.</summary>
    /// <exception cref="InvalidOperationException">More memory is needed than allowed.</exception>
    public ConvolutionSolution Learn()
    {
        CheckMemory(LeastFeatures);
        var targets = ConvolutionTargets.Of(rows);
        var all = Enumerable.Range(0, rows.Count).ToArray();
        var part = rows.Count > ChoosingRows ? Part(all) : all;
        Trial? best = null;
        foreach (var (pooling, differences) in Designs())
        {
            var drawn = Draw(pooling, differences);
            CheckMemory(drawn.Count);
            var trial = Try(drawn, part, targets, targets.Penalties(options.Ridge));
            best = best is null || trial.Loss < best.Loss ? trial : best;
        }
        best = part.Length < all.Length ? Try(best!.Solution.Features, all, targets, [best.Penalty]) : best!;
        var features = best.Solution.Features;
        rows.Tell(string.Create(CultureInfo.InvariantCulture, $"{rows.Count} rows of {features.Count} features ({features.Pooling}")
            + $"{(features.Differences is null ? "" : ", with differences")}): "
            + (double.IsPositiveInfinity(best.Penalty) ? "no penalty is better than the mean of the targets, which is the model."
                : string.Create(CultureInfo.InvariantCulture, $"ridge {best.Penalty:g3}.")));
        return best.Solution;
    }

    private IEnumerable<(ConvolutionPooling Pooling, bool Differences)> Designs() =>
        from pooling in options.Pooling is { } asked ? [asked] : Enum.GetValues<RandomConvolutionPooling>()
        from differences in options.Differences is { } given ? [given] : new[] { false, true }
        select (Pooling(pooling), differences);

    private static ConvolutionPooling Pooling(RandomConvolutionPooling pooling) => pooling switch
    {
        RandomConvolutionPooling.ShareAndExcess => ConvolutionPooling.ShareAndExcess,
        RandomConvolutionPooling.Four => ConvolutionPooling.Four,
        _ => ConvolutionPooling.Share,
    };

    private int[] Part(int[] all)
    {
        var drawn = (int[])all.Clone();
        new Random(SeedSequence.Derive(rows.Seed, 0)).Shuffle(drawn);
        Array.Sort(drawn, 0, ChoosingRows);
        return drawn[..ChoosingRows];
    }

    private SeriesFeatures Draw(ConvolutionPooling pooling, bool differences)
    {
        var channels = rows.Channels;
        return SeriesFeatures.Draw(
            new Random(rows.Seed), options.Features, pooling, differences,
            [.. channels.Mean.ToArray().Select(mean => (float)mean)], [.. channels.Scale().Select(scale => (float)scale)],
            rows.Count, rows.Values, rows.Longest, rows.CheckAlive);
    }

    private Trial Try(SeriesFeatures drawn, int[] part, ConvolutionTargets all, double[] penalties)
    {
        using var scope = NewDisposeScope();
        var features = Compute(drawn, part);
        var targets = all.Part(part);
        var scaling = FeatureScaling.Of(features, targets.Weights, rows.CheckAlive);
        using var ridge = new LeaveOneOutRidge(features, targets.Values, targets.Weights, rows.CheckAlive);
        var (fit, link, loss) = targets.Best(ridge, penalties);
        var (weights, offset) = ridge.Weights(fit);
        scaling.Fold(weights, offset);
        targets.SetUnseen(offset);
        targets.SetUnseen(fit.LeftOut);
        return new Trial(new ConvolutionSolution(drawn, weights, offset, link, fit.LeftOut), fit.Penalty, loss);
    }

    private unsafe Tensor Compute(SeriesFeatures drawn, int[] part)
    {
        var features = empty([part.Length, drawn.Count], dtype: ScalarType.Float32);
        var first = (nint)features.AsPointer();
        Workspaces.ForEach(part.Length, rows.CheckAlive, (i, scratch) =>
            drawn.Compute(rows.Values(part[i]), new Span<float>((float*)first + ((long)i * drawn.Count), drawn.Count), scratch));
        return features;
    }

    /// <summary>The bytes for a number of features and rows.</summary>
    /// <param name="rows">N.</param>
    /// <param name="features">F.</param>
    /// <param name="outputs">K.</param>
    public static double Bytes(double rows, double features, double outputs) => (sizeof(float) * features * rows)
        + LeaveOneOutRidge.Bytes((long)rows, (long)features) + (sizeof(double) * outputs * Copies * (rows + features));

    private void CheckMemory(int features)
    {
        var outputs = rows.Head.Outputs;
        var bytes = (long)Bytes(rows.Count, features, outputs);
        if (bytes > options.MemoryLimit)
        {
            throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture,
                $"{features} features of {rows.Count} rows with {outputs} outputs need {bytes >> 20} MB, and MemoryLimitMegabytes allows {options.MemoryLimitMegabytes}; set Features lower, take fewer classes, or raise the limit."));
        }
    }

    // A design with its result.
    private sealed record Trial(ConvolutionSolution Solution, double Penalty, double Loss);
}
