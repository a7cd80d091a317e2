using System.Collections.Immutable;
using Microsoft.ML.Data;
using Microsoft.ML.Extensions.MLNet;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Extensions.Importance;

/// <summary>Permutation importance of the channels of a sequence (Breiman 2001), for any metric.</summary>
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
        var (column, channels, width) = network.Channels(data.Schema);
        var rows = ChannelRows.Read(data, column, channels, width);
        if (rows.Count < 2)
        {
            throw new InvalidOperationException(
                $"Channels are permuted among rows, and the data has {rows.Count}; at least two are needed.");
        }
        var names = ChannelNames.Of(column, channels);
        var random = new Random(env.Register(nameof(ChannelImportance)).Rand.Next());
        var baseline = evaluate(network, network.Transform(data));
        var importance = ImmutableDictionary.CreateBuilder<string, TStatistics>();
        for (var channel = 0; channel < channels; channel++)
        {
            var statistics = create();
            for (var i = 0; i < permutationCount; i++)
            {
                var permuted = new PermutedChannelView(data, rows, channel, Shuffled(rows.Count, random));
                statistics.Add(difference(evaluate(network, network.Transform(permuted)), baseline));
            }
            importance.Add(names[channel], statistics);
        }
        return importance.ToImmutable();
    }

    private static int[] Shuffled(int count, Random random)
    {
        var order = Enumerable.Range(0, count).ToArray();
        random.Shuffle(order);
        return order;
    }
}
