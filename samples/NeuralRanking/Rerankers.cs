namespace Microsoft.ML.Extensions.Samples;

/// <summary>The models that <c>--model</c> names.</summary>
internal static class Rerankers
{
    /// <summary>Makes each, of the settings, the encoder's folder or null, and the seed.</summary>
    public static IReadOnlyDictionary<string, Func<RankingSettings, string?, int, IReranker>> All { get; } =
        new Dictionary<string, Func<RankingSettings, string?, int, IReranker>>(StringComparer.OrdinalIgnoreCase);

    /// <summary>The model's name as it is written; null where none was asked for.</summary>
    /// <exception cref="UsageException">There is no such model.</exception>
    public static string? Find(string? name) => name is null ? null : All.Keys.FirstOrDefault(known => known.Equals(name, StringComparison.OrdinalIgnoreCase))
        ?? throw new UsageException($"There is no model '{name}'; {(All.Count == 0 ? "the sample has none yet, leave out --model" : $"there are {string.Join(", ", All.Keys)}")}.");
}
