using Microsoft.ML.Data;

namespace Microsoft.ML.Extensions.Benchmarks;

/// <summary>A series of one channel and one of ten classes.</summary>
internal sealed class ClassifiedSeries
{
    public const int Classes = 10;

    public float[] Features { get; set; } = [];

    /// <summary>Numbered from 0, like ML.NET's objects.</summary>
    public uint Label { get; set; }

    /// <summary>A view of rows of the given number of steps, 0 if they differ.</summary>
    public static IDataView View(MLContext ml, IEnumerable<ClassifiedSeries> rows, int steps) => View(ml, rows, [steps, 1]);

    /// <summary>A view of rows whose features have the given shape.</summary>
    public static IDataView View(MLContext ml, IEnumerable<ClassifiedSeries> rows, int[] shape)
    {
        var schema = SchemaDefinition.Create(typeof(ClassifiedSeries));
        schema[nameof(Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, shape);
        schema[nameof(Label)].ColumnType = new KeyDataViewType(typeof(uint), Classes);
        return ml.Data.LoadFromEnumerable<ClassifiedSeries>(rows.ToList(), schema);
    }
}
