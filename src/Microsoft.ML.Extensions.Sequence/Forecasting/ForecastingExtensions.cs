using Microsoft.ML.Data;
using Microsoft.ML.Extensions.MLNet;
using Microsoft.ML.Extensions.Sequence;

namespace Microsoft.ML;

/// <summary>Methods of <c>ml.Forecasting</c> apart from its trainers.</summary>
public static class ForecastingExtensions
{
    /// <summary>Compares forecasts with the actual values.</summary>
    /// <param name="catalog"><c>ml.Forecasting</c>.</param>
    /// <param name="data">Scored rows. Those whose label has a missing value are left out.</param>
    /// <param name="labelColumnName">The actual values, a vector of Single [H] or [H, K]. The default is <c>Label</c>.</param>
    /// <param name="scoreColumnName">The forecast, of the same shape. The default is <c>Score</c>.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing, of the wrong type, or the two differ in shape.</exception>
    /// <exception cref="InvalidOperationException">There is no row to compare.</exception>
    public static ForecastMetrics Evaluate(
        this ForecastingCatalog catalog, IDataView data, string labelColumnName = "Label", string scoreColumnName = "Score")
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(data);
        var label = Vector(data.Schema, labelColumnName, "Label");
        var score = Vector(data.Schema, scoreColumnName, "Score");
        var (type, other) = ((VectorDataViewType)label.Type, (VectorDataViewType)score.Type);
        if (!type.Dimensions.SequenceEqual(other.Dimensions))
        {
            throw SchemaColumns.WrongType(scoreColumnName, "Score", $"of the label's type, {type}", other.ToString());
        }
        var errors = new ForecastErrors(type.Dimensions[0], type.Size / type.Dimensions[0]);
        using var cursor = data.GetRowCursor([label, score]);
        var (truth, forecast) = (cursor.GetGetter<VBuffer<float>>(label), cursor.GetGetter<VBuffer<float>>(score));
        VBuffer<float> expected = default, got = default;
        while (cursor.MoveNext())
        {
            truth(ref expected);
            forecast(ref got);
            errors.Add(expected.DenseValues().ToArray(), got.DenseValues().ToArray());
        }
        return errors.Metrics() ?? throw new InvalidOperationException(
            $"There is nothing to compare: the data has no row whose label '{labelColumnName}' is complete.");
    }

    private static DataViewSchema.Column Vector(DataViewSchema schema, string name, string role)
    {
        var column = schema.Find(name, role);
        return column.Type is VectorDataViewType { IsKnownSize: true, ItemType: NumberDataViewType { RawType: var raw } }
            && raw == typeof(float)
            ? column
            : throw SchemaColumns.WrongType(name, role, "a vector of Single of known size", column.Type.ToString()!);
    }
}
