using System.Globalization;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Reads the fields of one series line; its buffer is reused for the next line.</summary>
internal sealed class TsSeries(TsLayout layout)
{
    private float[] _values = [];
    private int _count;

    /// <summary>The series, [T, C], time first.</summary>
    public ReadOnlySpan<float> Values => _values.AsSpan(0, _count);

    /// <summary>Reads the values of the current line.</summary>
    /// <exception cref="FormatException">
    /// A value is not a number, or the number or length of dimensions is not the expected one.
    /// </exception>
    public void ReadValues(Utf8Lines lines)
    {
        if (HasTimes(lines.Line))
        {
            throw Times(lines);
        }
        var series = Split(lines, out _);
        var steps = CheckedSteps(series, lines);
        _count = steps * layout.Channels;
        if (_values.Length < _count)
        {
            _values = new float[_count];
        }
        for (var channel = 0; channel < layout.Channels; channel++)
        {
            ReadChannel(First(series), channel, steps, lines);
            series = series[(series.IndexOf((byte)':') + 1)..];
        }
    }

    /// <summary>The current line's class and its index in the header's list; -1 where there is no list or the class is missing.</summary>
    /// <exception cref="FormatException">The class is not in the list.</exception>
    public (int Place, ReadOnlyMemory<char> Name) ReadClass(Utf8Lines lines)
    {
        Split(lines, out var text);
        return layout.Classes.Find(text, lines);
    }

    /// <summary>The current line's class as a key over the header's list; 0 where it is missing.</summary>
    /// <exception cref="FormatException">
    /// The class is not in the list, or it has several words, so that its index is ambiguous.
    /// </exception>
    public uint ReadKey(Utf8Lines lines)
    {
        var (place, name) = ReadClass(lines);
        return place >= 0 || name.IsEmpty ? (uint)(place + 1) : throw lines.Error(
            $"the class '{TsText.Excerpt(name.ToString())}' has several words, which @classLabel does not keep together, "
            + $"so it has no key; load it as text ({nameof(TsFileOptions.LabelAsKey)} false) and use MapValueToKey.");
    }

    /// <summary>The regression target of the current line; NaN for '?'.</summary>
    /// <exception cref="FormatException">It is not a number.</exception>
    public float ReadTarget(Utf8Lines lines)
    {
        Split(lines, out var text);
        return TsText.TryParse(text, out var target)
            ? target
            : throw lines.Error($"the target is '{TsText.Excerpt(text)}', expected a finite number or '?'.");
    }

    private ReadOnlySpan<byte> Split(Utf8Lines lines, out ReadOnlySpan<byte> label)
    {
        var series = TsLayout.Series(lines.Line, layout.Label);
        var fields = series.Count((byte)':') + 1;
        if (fields != layout.Channels + (layout.Label == TsLabel.None ? 0L : 1))
        {
            throw WrongFields(fields, lines);
        }
        if (layout.Label == TsLabel.None)
        {
            label = default;
            return series;
        }
        var colon = series.LastIndexOf((byte)':');
        label = TsText.Trim(series[(colon + 1)..]);
        return series[..colon];
    }

    private FormatException WrongFields(int fields, Utf8Lines lines)
    {
        if (lines.Line is [(byte)'@', ..])
        {
            return lines.Error($"got the header line '{TsText.Excerpt(lines.Line)}' after @data, expected a series.");
        }
        var expected = layout.Channels + (layout.Label == TsLabel.None ? 0 : 1);
        var said = layout.Header.Said("univariate", "dimensions", "classlabel", "targetlabel");
        return lines.Error(string.Create(
            CultureInfo.InvariantCulture,
            $"got {fields} fields separated by ':', expected {expected}: {layout.Channels} dimensions and {LabelInWords()}{said}."));
    }

    private string LabelInWords() => layout.Label switch
    {
        TsLabel.Class => "the class",
        TsLabel.Target => "the target",
        _ => "no label",
    };

    // Checked before allocating: two dimensions of very different length would need far more memory than the line.
    private int CheckedSteps(ReadOnlySpan<byte> series, Utf8Lines lines)
    {
        var steps = TsLayout.Values(First(series));
        if (layout.Steps != 0 && steps != layout.Steps)
        {
            throw lines.Error(string.Create(
                CultureInfo.InvariantCulture,
                $"the series has {steps} steps, expected {layout.Steps} because all series of this file have equal length"
                + $"{layout.Header.Said("equallength", "serieslength")}."));
        }
        if (layout.Header.SeriesLength < steps)
        {
            throw lines.Error(string.Create(
                CultureInfo.InvariantCulture, $"the series has {steps} steps, too many{layout.Header.Said("serieslength")}."));
        }
        for (var channel = 0; channel < layout.Channels; channel++)
        {
            var count = TsLayout.Values(First(series));
            if (count != steps)
            {
                throw lines.Error(string.Create(
                    CultureInfo.InvariantCulture, $"dimension {channel + 1} has {count} values where dimension 1 has {steps}."));
            }
            series = series[(series.IndexOf((byte)':') + 1)..];
        }
        return steps;
    }

    private void ReadChannel(ReadOnlySpan<byte> values, int channel, int steps, Utf8Lines lines)
    {
        for (var step = 0; step < steps; step++)
        {
            var comma = values.IndexOf((byte)',');
            var text = comma < 0 ? values : values[..comma];
            if (!TsText.TryParse(text, out var value))
            {
                throw WrongValue(text, step, channel, "expected a finite number or '?'", lines);
            }
            if (layout.Header.IsComplete && float.IsNaN(value))
            {
                var expected = $"expected a finite number{layout.Header.Said("missing")}; write '@missing true'";
                throw WrongValue(text, step, channel, expected, lines);
            }
            _values[(step * layout.Channels) + channel] = value;
            values = values[(comma + 1)..];
        }
    }

    private static FormatException WrongValue(ReadOnlySpan<byte> text, int step, int channel, string expected, Utf8Lines lines) =>
        lines.Error(string.Create(
            CultureInfo.InvariantCulture, $"value {step + 1} of dimension {channel + 1} is '{TsText.Excerpt(text)}', {expected}."));

    private static ReadOnlySpan<byte> First(ReadOnlySpan<byte> series)
    {
        var colon = series.IndexOf((byte)':');
        return colon < 0 ? series : series[..colon];
    }

    /// <summary>Whether a field or a line begins like one with time stamps.</summary>
    public static bool HasTimes(ReadOnlySpan<byte> text) => TsText.Trim(text) is [(byte)'(', ..];

    /// <summary>The error for time stamps.</summary>
    public static FormatException Times(Utf8Lines lines) =>
        lines.Error("the values have time stamps '(time,value)', which are not supported; write the values alone, at equal steps.");
}
