using System.Globalization;
using Microsoft.ML.Data;

namespace Microsoft.ML.Extensions.Samples;

/// <summary>A row of a table of series: the value of each at one time.</summary>
internal sealed class Moment
{
    public float[] Values { get; set; } = [];
}

/// <summary>Series side by side, a row a step.</summary>
/// <param name="Names">The series.</param>
/// <param name="Rows">Their values, in time order.</param>
internal sealed record SeriesTable(string[] Names, float[][] Rows)
{
    /// <summary>Reads a file with a header and a row a step, separated by commas; columns whose first value is no number (dates) are left out.</summary>
    /// <exception cref="UsageException">The file has no series, or a value is no number.</exception>
    public static SeriesTable Read(string path)
    {
        var lines = File.ReadLines(path).Where(line => line.Length > 0).Select(line => line.Split(',')).ToList();
        if (lines.Count < 2)
        {
            throw new UsageException($"{path} has no rows after the header.");
        }
        var columns = Enumerable.Range(0, lines[0].Length).Where(column => column < lines[1].Length && Parse(lines[1][column]) is not null).ToArray();
        if (columns.Length == 0)
        {
            throw new UsageException($"{path} has no column of numbers.");
        }
        return new SeriesTable([.. columns.Select(column => lines[0][column])], [.. lines.Skip(1).Select((line, row) => Row(path, line, row, columns))]);
    }

    /// <summary>Some of the rows as data, with a vector column <c>Values</c>.</summary>
    public IDataView Load(MLContext ml, int start, int count)
    {
        var schema = SchemaDefinition.Create(typeof(Moment));
        schema["Values"].ColumnType = new VectorDataViewType(NumberDataViewType.Single, Names.Length);
        return ml.Data.LoadFromEnumerable(Rows.Skip(start).Take(count).Select(row => new Moment { Values = row }), schema);
    }

    private static float[] Row(string path, string[] line, int row, int[] columns) => [.. columns.Select(column =>
        (column < line.Length ? Parse(line[column]) : null)
            ?? throw new UsageException($"{path}, row {row + 1}, column {column + 1}: there is no number."))];

    private static float? Parse(string text) =>
        float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : null;
}
