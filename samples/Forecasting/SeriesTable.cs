using Microsoft.ML.Data;

namespace Microsoft.ML.Extensions.Samples;

/// <summary>A row of a table of series: the value of each series at one time.</summary>
internal sealed class Moment
{
    public float[] Values { get; set; } = [];
}

/// <summary>Several series, one row per step.</summary>
/// <param name="Names">The series.</param>
/// <param name="Rows">Their values, in time order.</param>
internal sealed record SeriesTable(string[] Names, float[][] Rows)
{
    /// <summary>
    /// Reads a table file, one row per step. Columns of text (dates) and columns without a value are left out, with a message.
    /// </summary>
    /// <exception cref="UsageException">The file has no series, or a value is missing or not a number.</exception>
    public static SeriesTable Read(string path)
    {
        var columns = TableFile.Read(path).Columns.Select(column => (Column: column, Numbers: column.IsEmpty ? null : column.Numbers()))
            .ToList();
        var series = columns.Where(column => column.Numbers is not null).ToList();
        if (series.Count == 0)
        {
            throw new UsageException($"{path} has no column of numbers; expected a header and numbers, separated by ',', ';', tab or '|'.");
        }
        if (series.Count < columns.Count)
        {
            Console.WriteLine($"Left out, because they hold no numbers: {string.Join(", ", columns.Where(column => column.Numbers is null).Select(column => column.Column.Name))}.");
        }
        foreach (var (column, numbers) in series)
        {
            if (Array.FindIndex(numbers!, float.IsNaN) is >= 0 and var row)
            {
                throw column.Wrong(row, $"no number but '{column.Cells[row]}', a missing value; a forecast needs a number in every row");
            }
        }
        return new SeriesTable(
            [.. series.Select(column => column.Column.Name)],
            [.. Enumerable.Range(0, series[0].Numbers!.Length).Select(row => series.Select(column => column.Numbers![row]).ToArray())]);
    }

    /// <summary>Some of the rows as a data view, with a vector column <c>Values</c>.</summary>
    public IDataView Load(MLContext ml, int start, int count)
    {
        var schema = SchemaDefinition.Create(typeof(Moment));
        schema["Values"].ColumnType = new VectorDataViewType(NumberDataViewType.Single, Names.Length);
        return ml.Data.LoadFromEnumerable(Rows.Skip(start).Take(count).Select(row => new Moment { Values = row }), schema);
    }
}
