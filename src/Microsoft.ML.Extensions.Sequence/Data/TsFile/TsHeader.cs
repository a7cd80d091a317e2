using System.Globalization;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The header of a .ts file; null for values that it does not state.</summary>
internal sealed class TsHeader
{
    private const string Known =
        "@problemName, @timeStamps, @missing, @univariate, @dimensions, @equalLength, @seriesLength, @classLabel, @targetLabel and @data";

    // The text and number of each kind of line, by kind in lower case.
    private readonly Dictionary<string, (string Text, long Line)> _said = [];

    private bool? _univariate;
    private bool? _classLabel;
    private bool? _targetLabel;

    /// <summary>The number of channels.</summary>
    public int? Dimensions { get; private set; }

    public bool? EqualLength { get; private set; }

    /// <summary>
    /// The length of every series, or the largest where lengths differ; null also for 0 and -1, which some writers use for unknown.
    /// </summary>
    public int? SeriesLength { get; private set; }

    /// <summary>Whether the header rules out missing values.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>Whether the header rules out a single channel.</summary>
    public bool IsMultivariate => _univariate == false;

    /// <summary>The classes in the order of the header; empty where it lists none.</summary>
    public string[] Classes { get; private set; } = [];

    /// <summary>The kind of the last field; null where the header does not state it.</summary>
    public TsLabel? Label =>
        _targetLabel == true ? TsLabel.Target
        : _classLabel == true ? TsLabel.Class
        : _classLabel is null && _targetLabel is null ? null : TsLabel.None;

    /// <summary>Reads up to and including the line @data.</summary>
    /// <exception cref="FormatException">
    /// A line is malformed, unknown or contradicts another, there is no @data, or the values have time stamps.
    /// </exception>
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
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{lines.Path} ends after {lines.Number} lines without the line @data that comes before the series."));
    }

    /// <summary>For messages: the lines of these kinds that the header has; empty where it has none.</summary>
    public string Said(params IEnumerable<string> kinds)
    {
        var lines = kinds.Where(_said.ContainsKey).Select(kind => Quote(_said[kind])).ToList();
        return lines.Count == 0 ? "" : $"; the header says {string.Join(", ", lines)}";
    }

    private static string Quote((string Text, long Line) said) =>
        string.Create(CultureInfo.InvariantCulture, $"'{TsText.Excerpt(said.Text)}' (line {said.Line})");

    private bool Add(Utf8Lines lines)
    {
        if (lines.Line.Contains((byte)0))
        {
            throw lines.Error("there are NUL characters, expected UTF-8 text, or UTF-16 with a byte-order mark.");
        }
        if (lines.Line is not [(byte)'@', ..])
        {
            throw lines.Error($"got '{TsText.Excerpt(lines.Line)}' before the line @data, expected a line that begins with '@' or '#'.");
        }
        // A colon after the name is common, though no writer of the archives puts one there.
        var end = lines.Line.IndexOfAny(" \t:"u8);
        var name = lines.Text(end < 0 ? lines.Line : lines.Line[..end]).ToLowerInvariant();
        var rest = end < 0 || name == "@problemname" ? default : lines.Line[(end + 1)..];
        var values = lines.Text(rest).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (name != "@data")
        {
            Set(name, values, lines);
            return true;
        }
        return values.Length == 0
            ? false
            : throw lines.Error($"got '{TsText.Excerpt(lines.Line)}', expected @data alone; the series begin on the next line.");
    }

    private void Set(string name, string[] values, Utf8Lines lines)
    {
        switch (name)
        {
            case "@problemname":
                return;
            case "@timestamps" when Flag(name, values, lines):
                throw lines.Error("time stamps are not supported; write the values alone, at equal steps, and '@timeStamps false'.");
            case "@timestamps":
                break;
            case "@missing":
                IsComplete = !Flag(name, values, lines);
                break;
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
                SeriesLength = values is ["0" or "-1"] ? null : Count(name, values, lines);
                break;
            case "@targetlabel":
                _targetLabel = Flag(name, values, lines);
                break;
            case "@classlabel" or "@class_label":
                _classLabel = Flag(name, values is [var flag, ..] && IsTrue(flag) ? [flag] : values, lines);
                Classes = _classLabel == true ? values[1..] : [];
                break;
            default:
                throw Unknown(name, lines);
        }
        Remember(name, lines);
    }

    private void Remember(string name, Utf8Lines lines)
    {
        var kind = name switch
        {
            "@dimension" => "dimensions",
            "@class_label" => "classlabel",
            _ => name[1..],
        };
        var said = (Text: lines.Text(lines.Line), Line: lines.Number);
        if (_said.TryGetValue(kind, out var before) && !Values(before.Text).SequenceEqual(Values(said.Text)))
        {
            throw lines.Error($"'{TsText.Excerpt(said.Text)}' contradicts {Quote(before)}.");
        }
        _said.TryAdd(kind, said);
    }

    private static IEnumerable<string> Values(string line) =>
        line.ToLowerInvariant().Split([' ', '\t', ':'], StringSplitOptions.RemoveEmptyEntries).Skip(1);

    private static FormatException Unknown(string name, Utf8Lines lines) => name switch
    {
        "@relation" or "@attribute" or "@end" => lines.Error(
            $"got '{TsText.Excerpt(lines.Line)}': this is an ARFF file (@relation, @attribute), or a .tsf file of forecasting, "
            + "which are not read; load the .ts file of the same data."),
        "@frequency" or "@horizon" => lines.Error(
            $"got '{TsText.Excerpt(lines.Line)}': this is a .tsf file of forecasting, which is not read; load it as a table."),
        _ => lines.Error($"'{TsText.Excerpt(lines.Line)}' is not a known header line of a .ts file; known are {Known}."),
    };

    private TsHeader Checked(Utf8Lines lines)
    {
        if ((_univariate == true && Dimensions > 1) || (_univariate == false && Dimensions == 1))
        {
            throw lines.Error(string.Create(
                CultureInfo.InvariantCulture,
                $"the header says both '@univariate {(_univariate == true ? "true" : "false")}' and '@dimensions {Dimensions}'."));
        }
        if (_classLabel == true && _targetLabel == true)
        {
            throw lines.Error("the header says both '@classLabel true' and '@targetLabel true'.");
        }
        Dimensions ??= _univariate == true ? 1 : null;
        return this;
    }

    private static bool IsTrue(string flag) => bool.TryParse(flag, out var value) && value;

    private static bool Flag(string name, string[] values, Utf8Lines lines) =>
        values.Length == 1 && bool.TryParse(values[0], out var flag)
            ? flag
            : throw lines.Error($"got '{TsText.Excerpt(string.Join(' ', values))}' for {name}, expected true or false.");

    private static int Count(string name, string[] values, Utf8Lines lines) =>
        values.Length == 1 && int.TryParse(values[0], NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0
            ? count
            : throw lines.Error($"got '{TsText.Excerpt(string.Join(' ', values))}' for {name}, expected a whole number above 0.");
}
