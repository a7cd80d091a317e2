using System.Globalization;
using System.Text;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Reads the fields of one series line; its buffer is used again for the next.</summary>
internal sealed class TsSeries(TsLayout layout)
{
    private float[] _values = [];
    private int _count;

    /// <summary>The series, [T, C], time first.</summary>
    public ReadOnlySpan<float> Values => _values.AsSpan(0, _count);

    /// <summary>Reads the values of the current line.</summary>
    /// <exception cref="FormatException">A value is no number, or the dimensions are not as many or not as long as expected.</exception>
    public void ReadValues(Utf8Lines lines)
    {
        var rest = Split(lines, out _);
        var first = rest.IndexOf((byte)':');
        var steps = (first < 0 ? rest : rest[..first]).Count((byte)',') + 1;
        if (layout.Steps != 0 && steps != layout.Steps)
        {
            throw lines.Error($"the series has {steps} steps, expected {layout.Steps} because all series of this file have equal length.");
        }
        _count = checked(steps * layout.Channels);
        if (_values.Length < _count)
        {
            _values = new float[_count];
        }
        for (var channel = 0; channel < layout.Channels; channel++)
        {
            var colon = rest.IndexOf((byte)':');
            ReadChannel(colon < 0 ? rest : rest[..colon], channel, steps, lines);
            rest = rest[(colon + 1)..];
        }
    }

    /// <summary>The place of the current line's class in the header's list; -1 where there is no list.</summary>
    /// <exception cref="FormatException">The class is not in the list.</exception>
    public int ReadClass(Utf8Lines lines, out ReadOnlySpan<byte> text)
    {
        Split(lines, out text);
        for (var i = 0; i < layout.ClassesUtf8.Length; i++)
        {
            if (text.SequenceEqual(layout.ClassesUtf8[i]))
            {
                return i;
            }
        }
        if (text.IsEmpty)
        {
            throw lines.Error("the class after the last ':' is missing.");
        }
        if (layout.Classes.Length > 0)
        {
            throw lines.Error($"the class is '{TsHeader.Excerpt(text)}', expected one of @classLabel: {string.Join(", ", layout.Classes)}.");
        }
        return -1;
    }

    /// <summary>The regression target of the current line; NaN for '?'.</summary>
    /// <exception cref="FormatException">It is no number.</exception>
    public float ReadTarget(Utf8Lines lines)
    {
        Split(lines, out var text);
        return TryParse(text, out var target)
            ? target
            : throw lines.Error($"the target is '{TsHeader.Excerpt(text)}', expected a number or '?'.");
    }

    private ReadOnlySpan<byte> Split(Utf8Lines lines, out ReadOnlySpan<byte> label)
    {
        var series = lines.Line;
        var fields = series.Count((byte)':') + 1;
        var expected = layout.Channels + (layout.Label == TsLabel.None ? 0 : 1);
        if (fields != expected)
        {
            throw lines.Error(
                $"got {fields} fields separated by ':', expected {expected}: {layout.Channels} dimensions and {LabelInWords()}.");
        }
        if (layout.Label == TsLabel.None)
        {
            label = default;
            return series;
        }
        var colon = series.LastIndexOf((byte)':');
        label = series[(colon + 1)..];
        label = label[Ascii.Trim(label)];
        return series[..colon];
    }

    private string LabelInWords() => layout.Label switch
    {
        TsLabel.Class => "the class",
        TsLabel.Target => "the target",
        _ => "no label",
    };

    private void ReadChannel(ReadOnlySpan<byte> values, int channel, int steps, Utf8Lines lines)
    {
        var count = values.Count((byte)',') + 1;
        if (count != steps)
        {
            throw lines.Error($"dimension {channel + 1} has {count} values where dimension 1 has {steps}.");
        }
        for (var step = 0; step < steps; step++)
        {
            var comma = values.IndexOf((byte)',');
            var value = comma < 0 ? values : values[..comma];
            if (!TryParse(value, out _values[(step * layout.Channels) + channel]))
            {
                throw lines.Error(
                    $"value {step + 1} of dimension {channel + 1} is '{TsHeader.Excerpt(value)}', expected a finite number or '?'.");
            }
            values = values[(comma + 1)..];
        }
    }

    private static bool TryParse(ReadOnlySpan<byte> text, out float value)
    {
        if (text[Ascii.Trim(text)] is [(byte)'?'])
        {
            value = float.NaN;
            return true;
        }
        return float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && !float.IsInfinity(value);
    }
}
