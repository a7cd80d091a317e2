using System.Text;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>What every series line of a .ts file has: its channels, its length and its label.</summary>
/// <param name="Channels">C.</param>
/// <param name="Steps">T, or 0 where lengths differ.</param>
/// <param name="Label">What the last field is.</param>
/// <param name="Classes">The classes that the header allows; empty where it lists none.</param>
internal sealed record TsLayout(int Channels, int Steps, TsLabel Label, string[] Classes)
{
    public byte[][] ClassesUtf8 { get; } = [.. Classes.Select(Encoding.UTF8.GetBytes)];

    /// <summary>Reads the header and, only where it leaves the lengths open, counts the values of each line without parsing them.</summary>
    /// <exception cref="FormatException">The header is malformed, there is no series, or the first one leaves open what its fields are.</exception>
    public static TsLayout Probe(string path)
    {
        using var lines = new Utf8Lines(path);
        var header = TsHeader.Read(lines);
        if (!lines.MoveNextContent())
        {
            throw new FormatException($"{lines.Path} has no series after the line @data.");
        }
        var label = header.Label ?? InferLabel(lines, header.Dimensions);
        var channels = header.Dimensions ?? Fields(lines.Line) - (label == TsLabel.None ? 0 : 1);
        if (channels < 1)
        {
            throw lines.Error($"got the single field '{TsHeader.Excerpt(lines.Line)}', expected a series and its label, separated by ':'.");
        }
        return new TsLayout(channels, CountSteps(lines, header), label, header.Classes);
    }

    private static int CountSteps(Utf8Lines lines, TsHeader header)
    {
        if (header.EqualLength == false)
        {
            return 0;
        }
        if (header.SeriesLength is { } known)
        {
            return known;
        }
        var steps = StepsOf(lines.Line);
        while (header.EqualLength is null && lines.MoveNextContent())
        {
            if (StepsOf(lines.Line) != steps)
            {
                return 0;
            }
        }
        return steps;
    }

    private static TsLabel InferLabel(Utf8Lines lines, int? dimensions)
    {
        var line = lines.Line;
        var fields = Fields(line);
        if (dimensions is { } known)
        {
            return fields == known ? TsLabel.None
                : fields == known + 1 ? TsLabel.Class
                : throw lines.Error($"got {fields} fields, expected {known} dimensions and perhaps a label.");
        }
        if (fields == 1)
        {
            return TsLabel.None;
        }
        if (StepsOf(line) == 1)
        {
            throw lines.Error("it cannot be told whether the last field is a label; write @dimensions and @classLabel in the header.");
        }
        // Dimensions of one series have the same length, so a last field that is one value beside longer ones is a label.
        return line[line.LastIndexOf((byte)':')..].Contains((byte)',') ? TsLabel.None : TsLabel.Class;
    }

    private static int Fields(ReadOnlySpan<byte> line) => line.Count((byte)':') + 1;

    private static int StepsOf(ReadOnlySpan<byte> line)
    {
        var colon = line.IndexOf((byte)':');
        return (colon < 0 ? line : line[..colon]).Count((byte)',') + 1;
    }
}
