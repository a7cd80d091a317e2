using Microsoft.ML.Extensions.MLNet;

namespace Microsoft.ML.Extensions.Conformal;

/// <summary>What a model says of each value of the label, before it is widened: its prediction, or its outermost quantiles.</summary>
internal sealed class IntervalBounds
{
    private readonly DataViewSchema.Column _score;
    private readonly DataViewSchema.Column? _quantiles;

    /// <exception cref="ArgumentOutOfRangeException">A column is missing, of the wrong type, or of another shape.</exception>
    public IntervalBounds(DataViewSchema schema, string score, string? quantiles)
    {
        _score = IntervalColumns.Find(schema, score, "Score");
        if (quantiles is not null)
        {
            _quantiles = IntervalColumns.Find(schema, quantiles, "Quantiles");
            IntervalColumns.CheckQuantiles(_quantiles.Value, IntervalColumns.Shape(_score));
        }
    }

    public DataViewSchema.Column Score => _score;

    public IReadOnlyList<DataViewSchema.Column> Sources => _quantiles is { } quantiles ? [_score, quantiles] : [_score];

    /// <summary>The lower and the upper bounds of the row at which a cursor stands, <c>[V]</c> each.</summary>
    public Func<(ArraySegment<float> Lower, ArraySegment<float> Upper)> Reader(DataViewRow row)
    {
        var (column, count) = (_quantiles ?? _score, IntervalColumns.Count(_score));
        var read = IntervalColumns.Reader(row, column);
        return () =>
        {
            var values = read();
            foreach (var value in values)
            {
                if (!float.IsFinite(value))
                {
                    throw new InvalidDataException($"Column '{column.Name}', row {row.Position} has a value that is missing or infinite; an interval needs finite predictions.");
                }
            }
            return (new(values, 0, count), new(values, values.Length - count, count));
        };
    }

    /// <summary>The label's column.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is missing, or of another shape than the prediction.</exception>
    public DataViewSchema.Column Label(DataViewSchema schema, string name)
    {
        var label = IntervalColumns.Find(schema, name, "Label");
        return IntervalColumns.Shape(label).SequenceEqual(IntervalColumns.Shape(_score)) ? label
            : throw SchemaColumns.WrongType(name, "Label", $"of the type of column '{_score.Name}', {_score.Type}", label.Type.ToString()!);
    }
}
