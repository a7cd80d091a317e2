using System.Globalization;
using Microsoft.ML.Data;

namespace Microsoft.ML.Extensions.Tool;

/// <summary>How generated code reads the rows that a model was trained on.</summary>
/// <param name="Path">The file.</param>
/// <param name="Separator">What separates its cells; null for a file of series.</param>
/// <param name="HasHeader">Whether its first row has names.</param>
/// <param name="DecimalComma">Whether decimals follow a comma.</param>
/// <param name="Indices">The index of each column that is read.</param>
internal sealed record SourceFile(string Path, char? Separator, bool HasHeader, bool DecimalComma, IReadOnlyList<int> Indices)
{
    /// <summary>
    /// The files themselves where ML.NET's reader of texts finds the same values in them; otherwise copies that it reads so. It takes a number
    /// that it cannot read for a missing one, knows fewer marks of missing values, and reads all rows, where training took a part.
    /// </summary>
    /// <param name="ml">The context.</param>
    /// <param name="train">The rows to learn from.</param>
    /// <param name="test">The rows to measure on.</param>
    /// <param name="settings">How the files were read.</param>
    /// <param name="copy">The beginning of the names of the copies, if they are needed.</param>
    public static (SourceFile Train, string TestPath) Of(MLContext ml, DataSet train, DataSet test, ReadSettings settings, string copy)
    {
        var (full, fullTest) = (System.IO.Path.GetFullPath(train.Path), System.IO.Path.GetFullPath(test.Path));
        if (train.IsSeries)
        {
            return (new SourceFile(full, null, false, false, []), fullTest);
        }
        var read = train.Columns.Where(column => column.IsRead).ToList();
        if (!DataFile.IsTyped(train.Path) && !DataFile.IsTyped(test.Path))
        {
            var own = new SourceFile(
                full, settings.Separator ?? Separators.Of(train.Path), settings.HasHeader, settings.DecimalComma, [.. read.Select(column => column.Index)]);
            if (own.Gives(ml, train, read) && (own with { Path = fullTest }).Gives(ml, test, read))
            {
                return (own, fullTest);
            }
        }
        var (trainCopy, testCopy) = (System.IO.Path.GetFullPath(copy + ".train.csv"), System.IO.Path.GetFullPath(copy + ".test.csv"));
        Write(train, read, trainCopy);
        Write(test, read, testCopy);
        return (new SourceFile(trainCopy, ',', true, false, [.. Enumerable.Range(0, read.Count)]), testCopy);
    }

    private bool Gives(MLContext ml, DataSet data, IReadOnlyList<ColumnInfo> read)
    {
        var view = ml.Data.CreateTextLoader(new TextLoader.Options
        {
            Separators = [Separator!.Value],
            HasHeader = HasHeader,
            AllowQuoting = true,
            ReadMultilines = true,
            TrimWhitespace = true,
            MissingRealsAsNaNs = true,
            DecimalMarker = DecimalComma ? ',' : '.',
            Columns = [.. read.Zip(Indices, (column, index) => new TextLoader.Column(column.Name, column.IsText ? DataKind.String : DataKind.Single, index))],
        }).Load(Path);
        try
        {
            return read.All(column => column.IsText
                ? data.View.GetColumn<string>(column.Name).SequenceEqual(view.GetColumn<string>(column.Name))
                : data.View.GetColumn<float>(column.Name).SequenceEqual(view.GetColumn<float>(column.Name)));
        }
        catch (Exception error) when (error is FormatException or InvalidOperationException or ArgumentException)
        {
            return false;
        }
    }

    private static void Write(DataSet data, IReadOnlyList<ColumnInfo> read, string path)
    {
        var columns = read.Select(column => column.IsText ? [.. data.View.GetColumn<string>(column.Name)]
            : data.View.GetColumn<float>(column.Name)
                .Select(number => float.IsNaN(number) ? "" : number.ToString("R", CultureInfo.InvariantCulture)).ToArray()).ToList();
        using var writer = new StreamWriter(path);
        writer.WriteLine(string.Join(',', read.Select(column => CsvText.Cell(column.Name))));
        for (var row = 0; row < data.Rows; row++)
        {
            writer.WriteLine(string.Join(',', columns.Select(cells => CsvText.Cell(cells[row]))));
        }
    }
}
