using System.Globalization;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The common layout of the series of a .ts file: channels, length and label.</summary>
/// <param name="Header">The header.</param>
/// <param name="Channels">C.</param>
/// <param name="Steps">T, or 0 where lengths differ.</param>
/// <param name="Label">The kind of the last field.</param>
internal sealed record TsLayout(TsHeader Header, int Channels, int Steps, TsLabel Label)
{
    /// <summary>The classes that the header allows.</summary>
    public TsClasses Classes { get; } = new(Header.Classes);

    /// <summary>
    /// Reads the header and, only where it does not state the lengths, counts the values of each line without parsing them.
    /// </summary>
    /// <exception cref="FormatException">
    /// The header is malformed, there is no series, or the first one contradicts the header or is ambiguous.
    /// </exception>
    public static TsLayout Probe(string path)
    {
        using var lines = new Utf8Lines(path);
        var header = TsHeader.Read(lines);
        if (!lines.MoveNextContent())
        {
            throw new FormatException($"{lines.Path} has no series after the line @data.");
        }
        CheckDimensions(lines, header);
        var label = header.Label ?? InferLabel(lines, header);
        var channels = header.Dimensions ?? Fields(Series(lines.Line, label)) - (label == TsLabel.None ? 0 : 1);
        if (channels < 1)
        {
            throw lines.Error($"got the single field '{TsText.Excerpt(lines.Line)}', expected a series and its label, separated by ':'.");
        }
        CheckSize(lines, header, channels);
        var layout = new TsLayout(header, channels, CountSteps(lines, header), label);
        layout.CheckClasses(path);
        return layout;
    }

    /// <summary>A line without the ':' that aeon and sktime write after the last channel where there is no label.</summary>
    public static ReadOnlySpan<byte> Series(ReadOnlySpan<byte> line, TsLabel label) =>
        label == TsLabel.None && line is [.. var series, (byte)':'] ? series : line;

    /// <summary>The number of values in a channel.</summary>
    public static int Values(ReadOnlySpan<byte> channel) => channel.Count((byte)',') + 1;

    // Checked on loading, because the column's type depends on these numbers.
    private static void CheckDimensions(Utf8Lines lines, TsHeader header)
    {
        if (TsSeries.HasTimes(lines.Line))
        {
            throw TsSeries.Times(lines);
        }
        var fields = Fields(lines.Line);
        if (header.Dimensions > fields)
        {
            throw lines.Error(string.Create(
                CultureInfo.InvariantCulture, $"got {fields} fields, fewer than dimensions{header.Said("univariate", "dimensions")}."));
        }
    }

    private static void CheckSize(Utf8Lines lines, TsHeader header, int channels)
    {
        if (header.IsMultivariate && channels == 1)
        {
            throw lines.Error($"the series has 1 dimension{header.Said("univariate")}.");
        }
        if (header is { EqualLength: not false, SeriesLength: { } known } && StepsOf(lines.Line) != known)
        {
            throw lines.Error(string.Create(
                CultureInfo.InvariantCulture,
                $"the series has {StepsOf(lines.Line)} steps, expected {known}{header.Said("equallength", "serieslength")}."));
        }
    }

    private static int CountSteps(Utf8Lines lines, TsHeader header)
    {
        if (header.EqualLength == false)
        {
            return 0;
        }
        var steps = StepsOf(lines.Line);
        while (header is { EqualLength: null, SeriesLength: null } && lines.MoveNextContent())
        {
            if (StepsOf(lines.Line) != steps)
            {
                return 0;
            }
        }
        return steps;
    }

    // A word may occur twice only as a part of classes of several words.
    private void CheckClasses(string path)
    {
        if (Header.Classes.Distinct().Count() == Header.Classes.Length)
        {
            return;
        }
        using var lines = new Utf8Lines(path);
        TsHeader.Read(lines);
        while (lines.MoveNextContent())
        {
            if (TsText.Trim(lines.Line[(lines.Line.LastIndexOf((byte)':') + 1)..]).ContainsAny(" \t"u8))
            {
                return;
            }
        }
        throw new FormatException($"{lines.Path}: @classLabel lists a class more than once{Header.Said("classlabel")}.");
    }

    private static TsLabel InferLabel(Utf8Lines lines, TsHeader header)
    {
        var line = lines.Line;
        if (line is [.., (byte)':'])
        {
            return TsLabel.None;
        }
        var fields = Fields(line);
        if (header.Dimensions is { } known)
        {
            return fields == known ? TsLabel.None
                : fields == known + 1L ? TsLabel.Class
                : throw lines.Error(string.Create(
                    CultureInfo.InvariantCulture,
                    $"got {fields} fields, expected {known} dimensions and perhaps a label{header.Said("univariate", "dimensions")}."));
        }
        if (fields == 1)
        {
            return TsLabel.None;
        }
        if (StepsOf(line) == 1)
        {
            throw lines.Error("it cannot be told whether the last field is a label; write @dimensions and @classLabel in the header.");
        }
        // Dimensions of a series have the same length, so a last field with one value after longer fields is a label.
        return line[line.LastIndexOf((byte)':')..].Contains((byte)',') ? TsLabel.None : TsLabel.Class;
    }

    private static int Fields(ReadOnlySpan<byte> line) => line.Count((byte)':') + 1;

    private static int StepsOf(ReadOnlySpan<byte> line)
    {
        var colon = line.IndexOf((byte)':');
        return Values(colon < 0 ? line : line[..colon]);
    }
}
