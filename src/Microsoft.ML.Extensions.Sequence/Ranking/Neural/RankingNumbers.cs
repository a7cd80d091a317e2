using System.Globalization;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Reads the number columns of a row; the array is reused for the next row.</summary>
/// <param name="row">The row to read.</param>
/// <param name="columns">The number columns.</param>
/// <param name="missing">What to do with NaN.</param>
internal sealed class RankingNumbers(DataViewRow row, IReadOnlyList<DataViewSchema.Column> columns, MissingValues missing)
{
    private readonly ConcatenatedValues _reader = new(row, columns);
    private readonly float[] _values = new float[columns.Sum(column => column.Width())];

    /// <summary>The numbers of the current row.</summary>
    /// <exception cref="InvalidDataException">One is missing or infinite.</exception>
    public float[] Read()
    {
        _reader.Read().CopyTo(_values);
        for (int column = 0, value = 0; column < columns.Count; column++)
        {
            for (var place = 0; place < _reader.Widths[column]; place++)
            {
                Check(columns[column].Name, place, ref _values[value++]);
            }
        }
        return _values;
    }

    private void Check(string name, int place, ref float value)
    {
        if (float.IsNaN(value) && missing == MissingValues.Zero)
        {
            value = 0;
        }
        if (!float.IsFinite(value))
        {
            throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture,
                $"Column '{name}', row {row.Position}: number {place} is {value}; {(float.IsNaN(value) ? "set MissingValues to Zero, or replace missing values before" : "numbers are finite")}."));
        }
    }
}
