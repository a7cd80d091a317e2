namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Parts of a time that are known in advance. Each is two channels, the sine and the cosine of its phase in the cycle.</summary>
[Flags]
public enum CalendarParts
{
    /// <summary>None. The default.</summary>
    None = 0,

    /// <summary>The time of day, with minutes and seconds: a cycle of 24 hours.</summary>
    HourOfDay = 1,

    /// <summary>The day of the week: a cycle of 7 days.</summary>
    DayOfWeek = 2,

    /// <summary>The month: a cycle of 12 months.</summary>
    Month = 4,
}
