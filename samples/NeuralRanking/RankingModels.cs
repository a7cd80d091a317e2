using Microsoft.ML.Extensions.Sequence;

namespace Microsoft.ML.Extensions.Samples;

/// <summary>The networks that <c>--model</c> names.</summary>
internal static class RankingModels
{
    /// <summary>No network: the first stage alone.</summary>
    public const string None = "none";

    /// <summary>The architecture of a name, written with or without hyphens; null for none.</summary>
    /// <exception cref="UsageException">There is no such network.</exception>
    public static RankingArchitecture? Find(string name)
    {
        var plain = name.Replace("-", "", StringComparison.Ordinal);
        return plain.Equals(None, StringComparison.OrdinalIgnoreCase) ? null
            : Enum.GetNames<RankingArchitecture>().FirstOrDefault(known => known.Equals(plain, StringComparison.OrdinalIgnoreCase)) is { } found
                ? Enum.Parse<RankingArchitecture>(found)
                : throw new UsageException($"There is no model '{name}'; there are {string.Join(", ", Enum.GetNames<RankingArchitecture>())}, and {None}.");
    }
}
