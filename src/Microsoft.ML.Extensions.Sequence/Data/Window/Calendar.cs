namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The channels of <see cref="CalendarParts"/>: sine and cosine of the phase of each part, in the order of the parts.</summary>
internal static class Calendar
{
    private static readonly (CalendarParts Part, Func<DateTime, double> Phase)[] Cycles =
    [
        (CalendarParts.HourOfDay, time => time.TimeOfDay / TimeSpan.FromDays(1)),
        (CalendarParts.DayOfWeek, time => (int)time.DayOfWeek / 7.0),
        (CalendarParts.Month, time => (time.Month - 1) / 12.0),
    ];

    /// <summary>The number of channels.</summary>
    public static int Width(CalendarParts parts) => 2 * Cycles.Count(cycle => parts.HasFlag(cycle.Part));

    /// <summary>The names of the channels.</summary>
    public static IEnumerable<string> Names(CalendarParts parts) => Cycles.Where(cycle => parts.HasFlag(cycle.Part))
        .SelectMany(cycle => new[] { $"{cycle.Part}.Sin", $"{cycle.Part}.Cos" });

    /// <summary>Writes the channels of a time.</summary>
    /// <param name="parts">The parts.</param>
    /// <param name="ticks">The time.</param>
    /// <param name="channels">Where to, <see cref="Width"/> numbers.</param>
    public static void Write(CalendarParts parts, long ticks, Span<float> channels)
    {
        if (parts == CalendarParts.None)
        {
            return;
        }
        var (time, channel) = (new DateTime(ticks), 0);
        foreach (var (part, phase) in Cycles)
        {
            if (parts.HasFlag(part))
            {
                var (sine, cosine) = Math.SinCos(2 * Math.PI * phase(time));
                (channels[channel], channels[channel + 1]) = ((float)sine, (float)cosine);
                channel += 2;
            }
        }
    }
}
