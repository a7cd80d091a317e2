using Microsoft.ML.Data;
using Microsoft.ML.Extensions.MLNet;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Evaluates the forecasts of a data view.</summary>
internal static class ForecastEvaluator
{
    /// <exception cref="ArgumentOutOfRangeException">
    /// A column is missing, of the wrong type, or of a shape that does not match the label's.
    /// </exception>
    /// <exception cref="ArgumentException">The number of naive errors is not the number of targets.</exception>
    public static ForecastErrors Compare(IDataView data, ForecastEvaluationOptions options)
    {
        var label = Vector(data.Schema, options.LabelColumnName, "Label");
        var score = Vector(data.Schema, options.ScoreColumnName, "Score");
        var type = (VectorDataViewType)label.Type;
        CheckShape(score, "Score", [.. type.Dimensions], $"of the label's type, {type}");
        DataViewSchema.Column? quantiles = options.Quantiles.Length == 0 ? null : Vector(data.Schema, options.QuantilesColumnName, "Quantiles");
        if (quantiles is { } column)
        {
            int[] shape = [options.Quantiles.Length, .. type.Dimensions];
            CheckShape(column, "Quantiles", shape, $"a vector of Single [{string.Join(", ", shape)}]: the {options.Quantiles.Length} quantiles of each value of the label");
        }
        var (horizon, targets) = (type.Dimensions[0], type.Size / type.Dimensions[0]);
        if (options.NaiveErrors.Length != 0 && options.NaiveErrors.Length != targets)
        {
            throw new ArgumentException($"NaiveErrors has {options.NaiveErrors.Length} numbers, and label '{label.Name}' has {targets} targets; give one a target.", nameof(options));
        }
        var errors = new ForecastErrors(horizon, targets, options.NaiveErrors.Length == 0 ? null : options.NaiveErrors, options.Quantiles);
        Add(data, label, score, quantiles, errors);
        return errors;
    }

    private static void Add(IDataView data, DataViewSchema.Column label, DataViewSchema.Column score, DataViewSchema.Column? quantiles, ForecastErrors errors)
    {
        using var cursor = data.GetRowCursor(quantiles is { } column ? [label, score, column] : [label, score]);
        var (truth, forecast) = (cursor.GetGetter<VBuffer<float>>(label), cursor.GetGetter<VBuffer<float>>(score));
        var below = quantiles is { } beside ? cursor.GetGetter<VBuffer<float>>(beside) : (ref VBuffer<float> _) => { };
        VBuffer<float> expected = default, got = default, levels = default;
        while (cursor.MoveNext())
        {
            truth(ref expected);
            forecast(ref got);
            below(ref levels);
            errors.Add(expected.DenseValues().ToArray(), got.DenseValues().ToArray(), levels.DenseValues().ToArray());
        }
    }

    private static void CheckShape(DataViewSchema.Column column, string role, int[] wanted, string expected)
    {
        var type = (VectorDataViewType)column.Type;
        if (!type.Dimensions.SequenceEqual(wanted))
        {
            throw SchemaColumns.WrongType(column.Name, role, expected, type.ToString());
        }
    }

    private static DataViewSchema.Column Vector(DataViewSchema schema, string name, string role)
    {
        var column = schema.Find(name, role);
        return column.Type is VectorDataViewType { IsKnownSize: true, ItemType: NumberDataViewType { RawType: var raw } } && raw == typeof(float)
            ? column
            : throw SchemaColumns.WrongType(name, role, "a vector of Single of known size", column.Type.ToString()!);
    }
}
