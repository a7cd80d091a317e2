using System.Globalization;
using System.Numerics;

namespace Microsoft.ML.Extensions.Columns;

/// <summary>The range of values that each channel may have: finite and, in scoring, not too far from the training values.</summary>
/// <remarks>
/// Single precision has seven digits. Next to a value a million deviations away, rounding loses the row's other values, and in a
/// stream the sums never recover. Such a value is an instrument's overload or fill value, or is in another unit: no score is meaningful.
/// </remarks>
internal sealed class InputRange
{
    private const double Farthest = 1e6;

    // Steps of few channels are compared so many numbers at a time, so that they fill whole vectors.
    private const int TileNumbers = 256;

    private readonly float[] _lowest;
    private readonly float[] _highest;
    private readonly float[] _lowestOfTile;
    private readonly float[] _highestOfTile;

    private readonly int _needed;

    private InputRange(float[] lowest, float[] highest, int needed = 0)
    {
        (_lowest, _highest, _needed) = (lowest, highest, needed);
        var steps = Math.Max(1, TileNumbers / Math.Max(1, lowest.Length));
        (_lowestOfTile, _highestOfTile) = (Repeated(lowest, steps), Repeated(highest, steps));
    }

    /// <summary>All finite numbers.</summary>
    public static InputRange Finite(int channels) =>
        new([.. Enumerable.Repeat(float.MinValue, channels)], [.. Enumerable.Repeat(float.MaxValue, channels)]);

    /// <summary>The values within a distance of the training mean.</summary>
    /// <param name="means">The mean of each channel, <c>[C]</c>.</param>
    /// <param name="scales">The deviation of each channel, <c>[C]</c>.</param>
    /// <param name="farthest">The distance, in deviations.</param>
    public static InputRange Around(ReadOnlySpan<float> means, ReadOnlySpan<float> scales, double farthest = Farthest)
    {
        var (lowest, highest) = (new float[means.Length], new float[means.Length]);
        for (var channel = 0; channel < means.Length; channel++)
        {
            lowest[channel] = Bound(means[channel] - (farthest * scales[channel]));
            highest[channel] = Bound(means[channel] + (farthest * scales[channel]));
        }
        return new InputRange(lowest, highest);
    }

    /// <summary>This range for the first channels, and another range for the rest.</summary>
    public InputRange First(int count, InputRange others) =>
        new([.. _lowest[..count], .. others._lowest[count..]], [.. _highest[..count], .. others._highest[count..]]);

    /// <summary>This range, where each of the first channels needs a value in every row: it is not filled from nothing.</summary>
    public InputRange Needing(int channels) => new(_lowest, _highest, channels);

    /// <summary>The intersection of two ranges.</summary>
    public InputRange And(InputRange other) =>
        new([.. _lowest.Zip(other._lowest, Math.Max)], [.. _highest.Zip(other._highest, Math.Min)], Math.Max(_needed, other._needed));

    /// <summary>Whether a row without any value of this channel cannot be used.</summary>
    public bool Needs(int channel) => channel < _needed;

    /// <summary>Whether a channel may have this value; false for NaN.</summary>
    public bool Holds(int channel, float value) => value >= _lowest[channel] && value <= _highest[channel];

    /// <summary>Whether the channels may have these values; false where one is NaN.</summary>
    /// <param name="values">Steps one after the other, <c>[T, C]</c>.</param>
    public bool HoldsAll(ReadOnlySpan<float> values)
    {
        var tile = _lowestOfTile.Length;
        for (; values.Length > tile; values = values[tile..])
        {
            if (!HoldsTile(values[..tile]))
            {
                return false;
            }
        }
        return HoldsTile(values);
    }

    private bool HoldsTile(ReadOnlySpan<float> values)
    {
        var lowest = _lowestOfTile.AsSpan(0, values.Length);
        var highest = _highestOfTile.AsSpan(0, values.Length);
        var i = 0;
        for (; i <= values.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            var value = new Vector<float>(values[i..]);
            if (!Vector.GreaterThanOrEqualAll(value, new Vector<float>(lowest[i..]))
                || !Vector.LessThanOrEqualAll(value, new Vector<float>(highest[i..])))
            {
                return false;
            }
        }
        for (; i < values.Length; i++)
        {
            if (!(values[i] >= lowest[i] && values[i] <= highest[i]))
            {
                return false;
            }
        }
        return true;
    }

    /// <summary>The reason why a channel may not have this value, which is not NaN, as a part of a sentence.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="value">The value.</param>
    /// <param name="place">Where it stands.</param>
    public string Complaint(int channel, float value, string place) => float.IsInfinity(value)
        ? $"the value at {place} is infinite; only finite numbers can be used"
        : string.Create(CultureInfo.InvariantCulture,
            $"the value at {place} is {value}, too far from the training values to be scored; allowed is {_lowest[channel]} to {_highest[channel]}. ")
            + "Replace such values first, or make them missing (NaN) and set MissingValues to ForwardFill or Zero";

    private static float[] Repeated(float[] step, int times)
    {
        if (times == 1)
        {
            return step;
        }
        var tile = new float[step.Length * times];
        for (var i = 0; i < times; i++)
        {
            step.CopyTo(tile, i * step.Length);
        }
        return tile;
    }

    private static float Bound(double value) => (float)Math.Clamp(value, float.MinValue, float.MaxValue);
}
