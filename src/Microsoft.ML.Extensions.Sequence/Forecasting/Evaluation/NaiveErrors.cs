using Microsoft.ML.Data;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The error of repeating the value one season before: the scale of MASE.</summary>
internal static class NaiveErrors
{
    /// <summary>
    /// The mean of <c>|y_t - y_(t-m)|</c> for each value of the columns; 0 where the season repeats exactly, NaN where no two values are a
    /// season apart.
    /// </summary>
    /// <param name="data">Rows in time order.</param>
    /// <param name="columns">Columns of Single, scalars or vectors of known size.</param>
    /// <param name="season">m.</param>
    public static double[] Measure(IDataView data, DataViewSchema.Column[] columns, int season)
    {
        var width = columns.Width();
        var past = new Queue<float[]>();
        var (sums, counts) = (new double[width], new long[width]);
        using var cursor = data.GetRowCursor(columns);
        var readers = Array.ConvertAll(columns, column => Reader(cursor, column));
        while (cursor.MoveNext())
        {
            float[] row = [.. readers.SelectMany(read => read())];
            if (past.Count == season)
            {
                var before = past.Dequeue();
                for (var i = 0; i < width; i++)
                {
                    var error = Math.Abs((double)row[i] - before[i]);
                    (sums[i], counts[i]) = double.IsNaN(error) ? (sums[i], counts[i]) : (sums[i] + error, counts[i] + 1);
                }
            }
            past.Enqueue(row);
        }
        return [.. sums.Zip(counts, (sum, count) => sum / count)];
    }

    private static Func<float[]> Reader(DataViewRowCursor cursor, DataViewSchema.Column column)
    {
        if (column.Type is not VectorDataViewType)
        {
            var single = cursor.GetGetter<float>(column);
            var value = 0f;
            return () =>
            {
                single(ref value);
                return [value];
            };
        }
        var vector = cursor.GetGetter<VBuffer<float>>(column);
        VBuffer<float> values = default;
        return () =>
        {
            vector(ref values);
            return [.. values.DenseValues()];
        };
    }
}
