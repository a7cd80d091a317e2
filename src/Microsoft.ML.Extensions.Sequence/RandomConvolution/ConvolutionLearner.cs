using System.Globalization;
using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.MLNet;
using Microsoft.ML.Extensions.Numerics;
using Microsoft.ML.Extensions.Numerics.RandomConvolution;
using Microsoft.ML.Extensions.Torch;
using Microsoft.ML.Extensions.Training;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>What was learned of labelled rows.</summary>
/// <param name="Features">The way from rows to features.</param>
/// <param name="Weights">A weight a feature and output, for features as they are computed, <c>[F, K]</c>.</param>
/// <param name="Offset">What is added to each output, <c>[K]</c>.</param>
/// <param name="Link">What makes logits of outputs; null for numbers.</param>
internal sealed record ConvolutionSolution(SeriesFeatures Features, double[] Weights, double[] Offset, ScoreLink? Link);

/// <summary>
/// Draws convolutions, computes the features of all rows and solves for the weights. Pooling, representations and penalty are those under which rows that are left out
/// in turn are told best.
/// </summary>
/// <param name="options">The trainer's options.</param>
/// <param name="lesson">The rows, all of them in memory.</param>
internal sealed class ConvolutionLearner(RandomConvolutionOptions options, Lesson lesson)
{
    // So many rows choose; the system of more would be factorised for each penalty too long.
    private const int ChoosingRows = 2000;

    // What no options make fewer.
    private const int LeastFeatures = 84;

    // Of targets and of weights, while solutions are compared and calibrated.
    private const int Copies = 6;

    private readonly RowStore _rows = lesson.Data.Blocks().Single().Store;

    /// <summary>Learns.</summary>
    /// <exception cref="InvalidOperationException">More memory is needed than allowed.</exception>
    public ConvolutionSolution Learn()
    {
        CheckMemory(LeastFeatures);
        var targets = ConvolutionTargets.Of(lesson);
        var all = Enumerable.Range(0, _rows.Count).ToArray();
        var part = _rows.Count > ChoosingRows ? Part(all) : all;
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
        lesson.Channel.Tell(string.Create(CultureInfo.InvariantCulture, $"{_rows.Count} rows of {features.Count} features ({features.Pooling}")
            + $"{(features.Differences is null ? "" : ", with differences")}): "
            + (double.IsPositiveInfinity(best.Penalty) ? "no penalty is better than the mean of the targets, which is the model." : string.Create(CultureInfo.InvariantCulture, $"ridge {best.Penalty:g3}.")));
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
        var rows = (int[])all.Clone();
        new Random(SeedSequence.Derive(lesson.Seed, 0)).Shuffle(rows);
        Array.Sort(rows, 0, ChoosingRows);
        return rows[..ChoosingRows];
    }

    private SeriesFeatures Draw(ConvolutionPooling pooling, bool differences)
    {
        var channels = lesson.Data.Channels;
        return SeriesFeatures.Draw(
            new Random(lesson.Seed), options.NumberOfFeatures, pooling, differences,
            [.. channels.Mean.ToArray().Select(mean => (float)mean)], [.. channels.Scale().Select(scale => (float)scale)],
            _rows.Count, _rows.Values, lesson.Data.Survey.Longest, lesson.CheckAlive);
    }

    private Trial Try(SeriesFeatures drawn, int[] rows, ConvolutionTargets all, double[] penalties)
    {
        using var scope = NewDisposeScope();
        var features = Compute(drawn, rows);
        var targets = all.Part(rows);
        var scaling = FeatureScaling.Of(features, targets.Weights, lesson.CheckAlive);
        using var ridge = new LeaveOneOutRidge(features, targets.Values, targets.Weights, lesson.CheckAlive);
        var (fit, link, loss) = targets.Best(ridge, penalties);
        var (weights, offset) = ridge.Weights(fit);
        scaling.Fold(weights, offset);
        targets.SetUnseen(offset);
        return new Trial(new ConvolutionSolution(drawn, weights, offset, link), fit.Penalty, loss);
    }

    private unsafe Tensor Compute(SeriesFeatures drawn, int[] rows)
    {
        var features = empty([rows.Length, drawn.Count], dtype: ScalarType.Float32);
        var first = (nint)features.AsPointer();
        Workspaces.ForEach(rows.Length, lesson.CheckAlive, (i, scratch) =>
            drawn.Compute(_rows.Values(rows[i]), new Span<float>((float*)first + ((long)i * drawn.Count), drawn.Count), scratch));
        return features;
    }

    private void CheckMemory(int features)
    {
        var outputs = (long)lesson.Head.Outputs;
        var bytes = (sizeof(float) * (long)features * _rows.Count) + LeaveOneOutRidge.Bytes(_rows.Count, features)
            + (sizeof(double) * outputs * ((Copies * (long)_rows.Count) + (Copies * (long)features)));
        if (bytes > options.MemoryLimit)
        {
            throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture,
                $"{features} features of {_rows.Count} rows with {outputs} outputs need {bytes >> 20} MB, and MemoryLimitMegabytes allows {options.MemoryLimitMegabytes}; set NumberOfFeatures lower, take fewer classes, or raise the limit."));
        }
    }

    // A design with what it came to.
    private sealed record Trial(ConvolutionSolution Solution, double Penalty, double Loss);
}
