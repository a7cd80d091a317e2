using System.Buffers.Binary;
using System.Globalization;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The times of the steps of an engine's series, and the channels that follow from them.</summary>
internal sealed class StepClock(TimeAxis axis, CalendarParts calendar, int horizon)
{
    // No time: before the first step.
    private const long None = long.MinValue;

    private readonly int _width = Calendar.Width(calendar);

    /// <summary>Whether the times to come follow from the last one.</summary>
    public bool GoesOn => axis.Step > 0;

    /// <summary>Takes a step, or throws and stays.</summary>
    /// <param name="window">Takes the steps that are missing before it; a new series clears it.</param>
    /// <param name="time">The time of the step.</param>
    /// <exception cref="InvalidDataException">The time is not after the last one, or there is a gap that is not allowed.</exception>
    public void Move(RollingWindow window, long time)
    {
        var missing = axis.Move(time, () => FormattableString.Invariant($"Step {window.Steps} of the series"));
        if (axis.BeganAnew)
        {
            window.Clear();
        }
        window.Skip(Math.Max(0, missing - window.Length));
        for (var left = Math.Min(missing, window.Length); left > 0; left--)
        {
            var step = new float[window.Channels];
            Array.Fill(step, float.NaN);
            Write(step, time - (left * axis.Step));
            window.Add(step);
        }
    }

    /// <summary>Writes the channels of a time, the last ones of a step.</summary>
    public void Write(float[] step, long time) => Calendar.Write(calendar, time, step.AsSpan(step.Length - _width));

    /// <summary>The channels of the next steps without a row: those of the calendar, as the series goes on.</summary>
    /// <exception cref="InvalidOperationException">A time to come is beyond the last date.</exception>
    public float[][] Ahead(int channels) => [.. Enumerable.Range(1, horizon).Select(ahead =>
    {
        var step = new float[channels];
        Write(step, Next(ahead));
        return step;
    })];

    /// <summary>Checks the time of a row to come.</summary>
    /// <param name="ahead">How many steps after the last one it is.</param>
    /// <param name="time">Its time.</param>
    /// <param name="before">The time of the row before it.</param>
    /// <exception cref="ArgumentException">It is another one.</exception>
    public void CheckAhead(int ahead, long time, long before)
    {
        if (GoesOn ? time != Next(ahead) : time <= before)
        {
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture,
                $"Future row {ahead - 1} is of {axis.Describe(time)}; it must be {(GoesOn ? $"of {axis.Describe(Next(ahead))}" : $"after {axis.Describe(before)}")}."));
        }
    }

    /// <summary>The time of the last step; the smallest number before the first.</summary>
    public long Last => axis.Last ?? None;

    public void Restart() => axis.Restart();

    public byte[] Save()
    {
        var bytes = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, Last);
        return bytes;
    }

    /// <summary>The saved time, to be set by <see cref="Restore"/>.</summary>
    /// <exception cref="FormatException">It is no time of the series.</exception>
    public long? Read(byte[] bytes)
    {
        var time = bytes.Length == sizeof(long) ? BinaryPrimitives.ReadInt64LittleEndian(bytes)
            : throw new FormatException($"The time of the series has {bytes.Length} bytes, and should have {sizeof(long)}.");
        return time == None ? null : axis.Holds(time) ? time : throw new FormatException("The time of the series is no date.");
    }

    public void Restore(long? time) => axis.Restart(time);

    private long Next(int ahead)
    {
        var ticks = (Int128)Last + ((Int128)ahead * axis.Step);
        return ticks <= long.MaxValue && axis.Holds((long)ticks) ? (long)ticks
            : throw new InvalidOperationException($"The series ends at {axis.Describe(Last)}, and step {ahead} after it is beyond the last date.");
    }
}
