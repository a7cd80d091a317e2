using Microsoft.ML.Extensions.MLNet;

namespace Microsoft.ML.Extensions.Importance;

/// <summary>A part of a row whose values go among rows together: a channel, at all of its steps or at some.</summary>
/// <param name="Name">The name that readers see.</param>
/// <param name="Channel">The channel.</param>
/// <param name="From">Where it begins, as a part of the row's steps.</param>
/// <param name="To">Where it ends, as a part of the row's steps.</param>
internal sealed record PermutedPart(string Name, int Channel, double From = 0, double To = 1)
{
    // Neighbours in time hold nearly the same, so a step alone would seem to say nothing.
    private const int TimesOfSeries = 8;
    private const int PartsOfTable = 32;

    /// <summary>Each channel of a column, at all steps.</summary>
    public static PermutedPart[] Channels(DataViewSchema.Column column, int channels) =>
        [.. ChannelNames.Of(column, channels).Select((name, channel) => new PermutedPart(name, channel))];

    /// <summary>Up to eight times of a series of one channel.</summary>
    /// <param name="steps">The steps of each row; 0 where rows differ.</param>
    public static PermutedPart[] Times(int steps) => Split(steps == 0 ? TimesOfSeries : Math.Min(steps, TimesOfSeries), (from, to) =>
        steps > 0 ? Range("Step", Place(from, steps), Place(to, steps) - 1)
        : FormattableString.Invariant($"From {from:p0} to {to:p0} of the row"));

    /// <summary>The values of a table, or groups of neighbours where there are more than 32.</summary>
    public static PermutedPart[] Values(DataViewSchema.Column column, int count) => Split(Math.Min(count, PartsOfTable), (from, to) =>
    {
        var (first, last) = (Place(from, count), Place(to, count) - 1);
        return first == last && SlotNames.Of(column) is { } names && names[first].Length > 0 ? names[first] : Range("Value", first, last);
    });

    /// <summary>Its steps in a row of so many.</summary>
    public (int First, int End) Steps(int steps) => (Place(From, steps), Place(To, steps));

    private static PermutedPart[] Split(int parts, Func<double, double, string> name) => [.. Enumerable.Range(0, parts).Select(part =>
    {
        var (from, to) = (part / (double)parts, (part + 1) / (double)parts);
        return new PermutedPart(name(from, to), 0, from, to);
    })];

    // One part ends where the next begins, also where the quotient is not exact.
    private static int Place(double part, int steps) => (int)Math.Round(part * steps);

    private static string Range(string what, int first, int last) =>
        first == last ? FormattableString.Invariant($"{what} {first}") : FormattableString.Invariant($"{what}s {first} to {last}");
}
