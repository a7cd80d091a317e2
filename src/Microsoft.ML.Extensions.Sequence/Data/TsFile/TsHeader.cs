using System.Globalization;
using System.Text;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>What the lines before @data say; null where they say nothing.</summary>
internal sealed class TsHeader
{
    private bool? _univariate;
    private bool? _classLabel;
    private bool? _targetLabel;

    /// <summary>The number of channels.</summary>
    public int? Dimensions { get; private set; }

    public bool? EqualLength { get; private set; }

    public int? SeriesLength { get; private set; }

    /// <summary>The classes in the order of the header; empty where it lists none.</summary>
    public string[] Classes { get; private set; } = [];

    /// <summary>What the last field of a line is; null where the header does not say.</summary>
    public TsLabel? Label =>
        _targetLabel == true ? TsLabel.Target
        : _classLabel == true ? TsLabel.Class
        : _classLabel is null && _targetLabel is null ? null : TsLabel.None;

    /// <summary>Reads up to and with the line @data.</summary>
    /// <exception cref="FormatException">A line is malformed, there is no @data, or the values have time stamps.</exception>
    public static TsHeader Read(Utf8Lines lines)
    {
        var header = new TsHeader();
        while (lines.MoveNextContent())
        {
            if (!header.Add(lines))
            {
                return header.Checked(lines);
            }
        }
        throw new FormatException(lines.Number == 0
            ? $"{lines.Path} is empty, expected a .ts file."
            : $"{lines.Path} ends after {lines.Number} lines without the line @data that comes before the series.");
    }

    private bool Add(Utf8Lines lines)
    {
        if (lines.Line is not [(byte)'@', ..])
        {
            throw lines.Error($"got '{Excerpt(lines.Line)}' before the line @data, expected a line that begins with '@' or '#'.");
        }
        var words = Encoding.UTF8.GetString(lines.Line).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        var name = words[0].ToLowerInvariant();
        if (name == "@data")
        {
            return false;
        }
        Set(name, words[1..], lines);
        return true;
    }

    private void Set(string name, string[] values, Utf8Lines lines)
    {
        switch (name)
        {
            case "@timestamps" when Flag(name, values, lines):
                throw lines.Error("time stamps are not supported; write the values alone, at equal steps, and '@timeStamps false'.");
            case "@univariate":
                _univariate = Flag(name, values, lines);
                break;
            case "@dimensions" or "@dimension":
                Dimensions = Count(name, values, lines);
                break;
            case "@equallength":
                EqualLength = Flag(name, values, lines);
                break;
            case "@serieslength":
                SeriesLength = Count(name, values, lines);
                break;
            case "@targetlabel":
                _targetLabel = Flag(name, values, lines);
                break;
            case "@classlabel":
                _classLabel = Flag(name, values, lines);
                Classes = _classLabel == true ? values[1..] : [];
                break;
        }
    }

    private TsHeader Checked(Utf8Lines lines)
    {
        if (_univariate == true && Dimensions > 1)
        {
            throw lines.Error($"the header says both '@univariate true' and '@dimensions {Dimensions}'.");
        }
        if (_classLabel == true && _targetLabel == true)
        {
            throw lines.Error("the header says both '@classLabel true' and '@targetLabel true'.");
        }
        if (Classes.Distinct().Count() != Classes.Length)
        {
            throw lines.Error("@classLabel lists a class more than once.");
        }
        Dimensions ??= _univariate == true ? 1 : null;
        return this;
    }

    private static bool Flag(string name, string[] values, Utf8Lines lines) =>
        values.Length > 0 && bool.TryParse(values[0], out var flag)
            ? flag
            : throw lines.Error($"got '{string.Join(' ', values)}' for {name}, expected true or false.");

    private static int Count(string name, string[] values, Utf8Lines lines) =>
        values.Length == 1 && int.TryParse(values[0], NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0
            ? count
            : throw lines.Error($"got '{string.Join(' ', values)}' for {name}, expected a whole number above 0.");

    /// <summary>The beginning of what was found, short enough for a message.</summary>
    public static string Excerpt(ReadOnlySpan<byte> found) =>
        found.Length <= 40 ? Encoding.UTF8.GetString(found) : Encoding.UTF8.GetString(found[..40]) + "...";
}
