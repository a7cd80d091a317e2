using Microsoft.ML.Data;

namespace Microsoft.ML.Extensions.Pictures;

/// <summary>A row of two classes.</summary>
internal sealed class Row
{
    public bool Label { get; set; }

    public float[] Features { get; set; } = [];
}

/// <summary>What a model says of a row.</summary>
internal sealed class Scored
{
    public bool Label { get; set; }

    public bool PredictedLabel { get; set; }

    public float Probability { get; set; }
}

internal static class Rows
{
    /// <summary>Rows of both classes in turn.</summary>
    public static Row[] Create(int count, int seed, Func<Random, bool, float[]> features)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(row => new Row { Label = row % 2 == 1, Features = features(random, row % 2 == 1) })];
    }

    public static IDataView Load(MLContext ml, IEnumerable<Row> rows, params int[] shape)
    {
        var schema = SchemaDefinition.Create(typeof(Row));
        schema[nameof(Row.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, shape);
        return ml.Data.LoadFromEnumerable(rows, schema);
    }

    public static Scored[] Score(MLContext ml, ITransformer model, IEnumerable<Row> rows, params int[] shape) =>
        [.. ml.Data.CreateEnumerable<Scored>(model.Transform(Load(ml, rows, shape)), reuseRowObject: false)];
}
