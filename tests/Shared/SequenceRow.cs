using Microsoft.ML.Data;

namespace Microsoft.ML.Extensions.Tests;

/// <summary>One sequence with a label for each task.</summary>
public sealed class SequenceRow
{
    /// <summary>[T, C], time first.</summary>
    public float[] Features { get; set; } = [];

    /// <summary>The class.</summary>
    public string Label { get; set; } = "";

    /// <summary>The regression target.</summary>
    public float Target { get; set; }

    /// <summary>The binary label: whether the row is of the first class.</summary>
    public bool IsFirst { get; set; }

    /// <summary>A view in which Features is [steps, channels]; steps 0 where lengths differ.</summary>
    public static IDataView ToDataView(MLContext ml, IEnumerable<SequenceRow> rows, int steps, int channels)
    {
        var schema = SchemaDefinition.Create(typeof(SequenceRow));
        schema[nameof(Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, steps, channels);
        return ml.Data.LoadFromEnumerable(rows, schema);
    }
}
