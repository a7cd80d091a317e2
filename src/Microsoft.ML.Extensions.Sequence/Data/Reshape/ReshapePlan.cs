using System.Globalization;
using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Columns;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Finds T and C of a row's values, and puts the values in time-major order.</summary>
internal static class ReshapePlan
{
    /// <exception cref="ArgumentException">The values do not fill [T, C]; the message names columns and sizes.</exception>
    public static (int Steps, int Channels) Shape(SequenceReshapeOptions options, DataViewSchema.Column[] inputs, int[] widths)
    {
        var total = widths.Sum(width => (long)width);
        var steps = options.Steps ?? total / options.Channels!.Value;
        var channels = options.Channels ?? total / steps;
        if (steps * channels != total)
        {
            throw new ArgumentException($"{Describe(inputs, widths)} cannot be reshaped to {Wanted(options)}.");
        }
        if (total > SizeLimits.MaxValues)
        {
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture,
                $"{Describe(inputs, widths)}: {total:n0} values are too many; allowed are {SizeLimits.MaxValues:n0}."));
        }
        CheckParts(options, inputs, widths, (int)(options.Layout == SequenceLayout.TimeMajor ? channels : steps));
        return ((int)steps, (int)channels);
    }

    public static void Arrange<T>(ReadOnlySpan<T> values, Span<T> sequence, SequenceLayout layout, (int Steps, int Channels) shape)
    {
        if (layout == SequenceLayout.TimeMajor)
        {
            values.CopyTo(sequence);
            return;
        }
        for (var i = 0; i < values.Length; i++)
        {
            var (channel, step) = Math.DivRem(i, shape.Steps);
            sequence[(step * shape.Channels) + channel] = values[i];
        }
    }

    /// <summary>
    /// Each vector of several must hold whole steps or whole channels, else values would end up in another channel's place.
    /// </summary>
    private static void CheckParts(SequenceReshapeOptions options, DataViewSchema.Column[] inputs, int[] widths, int unit)
    {
        for (var i = 0; i < inputs.Length; i++)
        {
            if (inputs[i].Type is VectorDataViewType && unit > 0 && widths[i] % unit != 0)
            {
                var parts = options.Layout == SequenceLayout.TimeMajor ? $"steps of {unit} channels" : $"channels of {unit} steps";
                throw new ArgumentException($"Input column '{inputs[i].Name}' has {widths[i]} values, which do not fill whole {parts}.");
            }
        }
    }

    private static string Describe(DataViewSchema.Column[] inputs, int[] widths) =>
        $"Input column{(inputs.Length > 1 ? "s" : "")} "
        + string.Join(" + ", inputs.Select((column, i) => $"'{column.Name}' ({widths[i]} values)"));

    private static string Wanted(SequenceReshapeOptions options) =>
        $"[{options.Steps?.ToString() ?? "T"}, {options.Channels?.ToString() ?? "C"}]: "
        + (options is { Steps: { } steps, Channels: { } channels }
            ? $"{(long)steps * channels} values are expected"
            : $"the number of values must be a multiple of {options.Steps ?? options.Channels}");
}
