using System.Globalization;
using Microsoft.ML.Data;
using Microsoft.ML.Extensions.MLNet;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Follows the times of a series: they increase, and are a time step apart where the series has one.</summary>
internal sealed class TimeAxis(SequenceWindowOptions options, DataViewSchema.Column column)
{
    /// <summary>The time of the last step; null at the start of a series.</summary>
    public long? Last { get; private set; }

    /// <summary>The ticks of a time step; 0 where the series has none.</summary>
    public long Step { get; } = options.TimeStep.Ticks;

    /// <summary>Whether a new series has begun at the last step, after a gap.</summary>
    public bool BeganAnew { get; private set; }

    /// <summary>The column of times that these options need; null where they need none.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The column is missing or of the wrong type.</exception>
    public static DataViewSchema.Column? Find(DataViewSchema schema, SequenceWindowOptions options)
    {
        if (options.TimeColumnName is not { } name)
        {
            return null;
        }
        var column = TimeColumn.Find(schema, name);
        Check(options, column.Type, column.Type.ToString()!);
        return column;
    }

    /// <summary>The same before there is data.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The column is missing or of the wrong type.</exception>
    public static void Check(SchemaShape schema, SequenceWindowOptions options)
    {
        if (options.TimeColumnName is { } name)
        {
            var column = TimeColumn.Find(schema, name);
            Check(options, column.ItemType, column.Describe());
        }
    }

    /// <summary>Moves to the next step, or throws and stays.</summary>
    /// <param name="time">Its time.</param>
    /// <param name="place">Names the step, for messages.</param>
    /// <returns>The number of steps to add before it.</returns>
    /// <exception cref="InvalidDataException">The time is not after the last one, or there is a gap that is not allowed.</exception>
    public long Move(long time, Func<string> place)
    {
        var missing = Missing(time, place);
        BeganAnew = missing > 0 && options.TimeGaps == TimeGaps.NewSeries;
        Last = time;
        return BeganAnew ? 0 : missing;
    }

    /// <summary>Begins a series, or continues one whose last step had this time.</summary>
    public void Restart(long? last = null) => Last = last;

    /// <summary>Whether a number can be a time of the column.</summary>
    public bool Holds(long time) => column.Type is not (DateTimeDataViewType or DateTimeOffsetDataViewType)
        || (time >= DateTime.MinValue.Ticks && time <= DateTime.MaxValue.Ticks);

    /// <summary>The time as text.</summary>
    public string Describe(long time) => TimeColumn.Describe(time, column);

    private long Missing(long time, Func<string> place)
    {
        if (Last is not { } last)
        {
            return 0;
        }
        if (time <= last)
        {
            throw new InvalidDataException(time == last
                ? $"{place()}: the time {Describe(time)} in column '{column.Name}' is that of the step before; keep one row per time, or set GroupColumnName if the rows are of several series."
                : $"{place()}: the time {Describe(time)} in column '{column.Name}' is before that of the step before, {Describe(last)}; sort the rows of each series by time.");
        }
        if (Step == 0)
        {
            return 0;
        }
        // As unsigned numbers, the difference of any two times is exact.
        var (steps, rest) = Math.DivRem((ulong)time - (ulong)last, (ulong)Step);
        if (rest != 0)
        {
            throw new InvalidDataException(
                $"{place()}: the time {Describe(time)} in column '{column.Name}' is not a whole number of steps of {options.TimeStep:c} after {Describe(last)}; set TimeStep to the step of the series, or to zero for a series without one.");
        }
        return steps == 1 || options.TimeGaps != TimeGaps.Error ? (long)(steps - 1) : throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture,
            $"{place()}: {steps - 1} steps of {options.TimeStep:c} are missing between {Describe(last)} and {Describe(time)} in column '{column.Name}'; add them, or set TimeGaps to Missing or NewSeries."));
    }

    private static void Check(SequenceWindowOptions options, DataViewType type, string got)
    {
        if (options.Calendar != CalendarParts.None && type is not DateTimeDataViewType)
        {
            throw SchemaColumns.WrongType(options.TimeColumnName!, "Time", "DateTime, which Calendar needs", got);
        }
        if (options.TimeStep > TimeSpan.Zero && type is not (DateTimeDataViewType or DateTimeOffsetDataViewType or TimeSpanDataViewType))
        {
            throw SchemaColumns.WrongType(options.TimeColumnName!, "Time", "DateTime, DateTimeOffset or TimeSpan, which TimeStep needs", got);
        }
    }
}
