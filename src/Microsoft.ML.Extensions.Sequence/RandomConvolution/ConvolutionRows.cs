using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.MLNet;
using Microsoft.ML.Extensions.Numerics;
using Microsoft.ML.Extensions.Tasks;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The labelled rows of a fit, with their statistics and settings.</summary>
/// <param name="Store">Holds the rows.</param>
/// <param name="Places">Which rows of it, in order.</param>
/// <param name="Head">The task.</param>
/// <param name="ClassCounts">The number of rows of each class; empty for numbers.</param>
/// <param name="MeanWeight">The mean weight of the rows.</param>
/// <param name="Channels">Mean and deviation of each channel.</param>
/// <param name="Longest">The steps of the longest row.</param>
/// <param name="Seed">The seed of all random choices.</param>
/// <param name="CheckAlive">Throws when the fit was cancelled.</param>
/// <param name="Tell">The log.</param>
internal sealed record ConvolutionRows(
    RowStore Store, int[] Places, TaskHead Head, IReadOnlyList<long> ClassCounts, double MeanWeight, ChannelStatistics Channels,
        int Longest, int Seed,
    Action CheckAlive, Action<string> Tell)
{
    public int Count => Places.Length;

    /// <summary>The training rows of a context that has them in memory.</summary>
    public static ConvolutionRows Of(TrainingContext context)
    {
        var (data, store) = (context.Data, context.Data.Blocks().Single().Store);
        return new ConvolutionRows(
            store, [.. Enumerable.Range(0, store.Count).Where(row => data.PartOf(row, 0) == RowPart.Training)], context.Head,
                data.Labels.ClassCounts, data.MeanWeight, data.Channels, data.Survey.Longest, context.Seed,
            context.CheckAlive, context.Channel.Tell);
    }

    /// <summary>The values of a row, <c>[T, C]</c>.</summary>
    public ReadOnlySpan<float> Values(int row) => Store.Values(Places[row]);
}
