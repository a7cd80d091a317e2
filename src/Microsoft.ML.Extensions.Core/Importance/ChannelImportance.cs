using System.Collections.Immutable;
using Microsoft.ML.Data;
using Microsoft.ML.Extensions.MLNet;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Extensions.Importance;

/// <summary>Permutation importance of the channels of a sequence, or of other parts of rows (Breiman 2001), for any metric.</summary>
internal static class ChannelImportance
{
    public static ImmutableDictionary<string, TStatistics> Of<TMetrics, TStatistics>(
        IHostEnvironment env, ITransformer model, IDataView data, int permutationCount, Func<NetworkTransformer, IDataView,
            TMetrics> evaluate,
        Func<TMetrics, TMetrics, TMetrics> difference, Func<TStatistics> create)
        where TStatistics : IMetricsStatistics<TMetrics>
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentOutOfRangeException.ThrowIfLessThan(permutationCount, 1);
        var network = model.Parts().OfType<NetworkTransformer>().LastOrDefault()
            ?? throw new ArgumentException(
                "The model has no network of Microsoft.ML.Extensions in it; use PermutationFeatureImportance.", nameof(model));
        var random = new Random(env.Register(nameof(ChannelImportance)).Rand.Next());
        TMetrics? baseline = default;
        var importance = ImmutableDictionary.CreateBuilder<string, TStatistics>();
        foreach (var (part, permutations) in Permuted(network, data, permutationCount, random, PermutedPart.Channels))
        {
            baseline ??= evaluate(network, network.Transform(data));
            var statistics = create();
            foreach (var permuted in permutations)
            {
                statistics.Add(difference(evaluate(network, network.Transform(permuted)), baseline));
            }
            importance.Add(part.Name, statistics);
        }
        return importance.ToImmutable();
    }

    /// <summary>The data with one part of its rows permuted, several times for each part.</summary>
    /// <param name="network">The network that reads it.</param>
    /// <param name="data">Rows as the network reads them.</param>
    /// <param name="count">The permutations of each part.</param>
    /// <param name="random">Draws them.</param>
    /// <param name="divide">The parts, by column and channels.</param>
    /// <exception cref="ArgumentException">The column has no channels of numbers.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The column is missing or of the wrong type.</exception>
    /// <exception cref="InvalidOperationException">There are fewer than two rows.</exception>
    public static IEnumerable<(PermutedPart Part, IEnumerable<IDataView> Permutations)> Permuted(
        NetworkTransformer network, IDataView data, int count, Random random, Func<DataViewSchema.Column, int, PermutedPart[]> divide)
    {
        var (column, channels, width) = network.Channels(data.Schema);
        var rows = ChannelRows.Read(data, column, channels, width);
        if (rows.Count < 2)
        {
            throw new InvalidOperationException(
                $"Channels are permuted among rows, and the data has {rows.Count}; at least two are needed.");
        }
        foreach (var part in divide(column, channels))
        {
            yield return (part, Enumerable.Range(0, count).Select(_ => new PermutedChannelView(data, rows, part, Shuffled(rows.Count, random))));
        }
    }

    private static int[] Shuffled(int count, Random random)
    {
        var order = Enumerable.Range(0, count).ToArray();
        random.Shuffle(order);
        return order;
    }
}
