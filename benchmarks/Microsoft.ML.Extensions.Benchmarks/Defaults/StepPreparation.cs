using System.Globalization;

namespace Microsoft.ML.Extensions.Benchmarks;

/// <summary>What may be done to a set's steps before a network reads them.</summary>
/// <param name="Patch">So many steps become one, whose channels are those of all of them.</param>
/// <param name="Differences">Whether each step also has its difference from the step before.</param>
internal sealed record StepPreparation(int Patch, bool Differences)
{
    private const string PatchName = "Patch", DifferencesName = "Differences";

    /// <summary>Whether a change is one of these, and no option.</summary>
    public static bool Is(string change) => change.Split('=')[0] is PatchName or DifferencesName;

    /// <summary>Those of a variant such as <c>Patch=4,Differences=true</c>.</summary>
    public static StepPreparation Of(string variant)
    {
        var parts = variant.Split(',').Select(change => change.Split('=')).ToLookup(part => part[0], part => part[^1]);
        return new(int.Parse(parts[PatchName].FirstOrDefault("1"), CultureInfo.InvariantCulture), parts[DifferencesName].Contains("true"));
    }

    public SeriesSet Apply(SeriesSet set)
    {
        if (Patch == 1 && !Differences)
        {
            return set;
        }
        var channels = set.Channels * (Differences ? 2 : 1);
        SeriesRow[] All(SeriesRow[] rows) => [.. rows.Select(row => new SeriesRow
        {
            Class = row.Class,
            Target = row.Target,
            Features = Patches(Differences ? WithDifferences(row.Features, set.Channels) : row.Features, channels),
        })];
        return set with { Channels = channels * Patch, Train = All(set.Train), Test = All(set.Test) };
    }

    private static float[] WithDifferences(float[] values, int channels) =>
    [
        .. Enumerable.Range(0, values.Length / channels).SelectMany(step => Enumerable.Range(0, 2 * channels).Select(c =>
            c < channels ? values[(step * channels) + c]
                : step == 0 ? 0 : values[(step * channels) + c - channels] - values[((step - 1) * channels) + c - channels])),
    ];

    // The last step fills up the last patch.
    private float[] Patches(float[] values, int channels)
    {
        var steps = values.Length / channels;
        return
        [
            .. Enumerable.Range(0, (steps + Patch - 1) / Patch * Patch)
                .SelectMany(step => values.AsSpan(Math.Min(step, steps - 1) * channels, channels).ToArray()),
        ];
    }
}
