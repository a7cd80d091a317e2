using System.Globalization;
using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.MLNet;
using Microsoft.ML.Extensions.Tasks;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Reads a document's grade: a number, a Boolean as 1 or 0, or a key by its numeric value.</summary>
/// <remarks>
/// ML.NET's evaluator uses the key's index as the grade. <c>MapValueToKey</c> numbers values in the order in which they are first seen, so
/// that grade 0 may become 2. Here the value is used, or the index, from 0, for a key without values.
/// </remarks>
internal static class GradeReader
{
    private const string Grades = "a number, a Boolean, or a key of numbers";

    /// <summary>The reader of the current row's grade.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The column is missing or of another type.</exception>
    /// <exception cref="InvalidDataException">On reading: the row has none, or one that is not finite.</exception>
    public static Func<double> Create(DataViewRow row, string name)
    {
        var column = row.Schema.Find(name, "Label");
        return column.Type switch
        {
            BooleanDataViewType => Checked(row, column, ScalarReaders.Boolean(row, column)),
            KeyDataViewType => Key(row, column),
            NumberDataViewType number when number.RawType == typeof(float) => Checked(row, column, ScalarReaders.Single(row, column)),
            NumberDataViewType number when number.RawType == typeof(double) => Checked(row, column, Double(row, column)),
            NumberDataViewType => Integer(row, column),
            _ => throw SchemaColumns.WrongType(name, "Label", Grades, column.Type.ToString()!),
        };
    }

    private static Func<double> Key(DataViewRow row, DataViewSchema.Column column)
    {
        var place = ScalarReaders.Key(row, column);
        if (KeyNames.From(column) is not { } names)
        {
            return Checked(row, column, place);
        }
        var grades = Array.ConvertAll(
            names.Values, value => double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var grade)
            ? grade
            : throw SchemaColumns.WrongType(
                column.Name, "Label", Grades,
                    $"a key of texts such as '{value}': map each to its grade (ml.Transforms.Conversion.MapValue)"));
        return Checked(row, column, () => place() is var at && float.IsNaN(at) ? double.NaN : grades[(int)at]);
    }

    private static Func<double> Integer(DataViewRow row, DataViewSchema.Column column)
    {
        var id = IdReader.Create(row, column.Name, "Label");
        return () => double.Parse(id(), CultureInfo.InvariantCulture);
    }

    private static Func<double> Double(DataViewRow row, DataViewSchema.Column column)
    {
        var getter = row.GetGetter<double>(column);
        var grade = 0d;
        return () =>
        {
            getter(ref grade);
            return grade;
        };
    }

    private static Func<double> Checked(DataViewRow row, DataViewSchema.Column column, RowNumber read) =>
        Checked(row, column, () => (double)read());

    private static Func<double> Checked(DataViewRow row, DataViewSchema.Column column, Func<double> read) => () =>
    {
        var grade = read();
        return double.IsFinite(grade) ? grade : throw new InvalidDataException(string.Create(
            CultureInfo.InvariantCulture,
                $"Column '{column.Name}', row {row.Position}: the grade is {(double.IsNaN(grade) ? "missing" : grade)}; leave out rows that nobody judged."));
    };
}
