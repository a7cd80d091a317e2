using Microsoft.ML.Data;

namespace Microsoft.ML.Extensions.Samples;

/// <summary>A row of a table of series: the value of each series at one time.</summary>
internal sealed class Moment
{
    public float[] Values { get; set; } = [];
}

/// <summary>Several series, one row per step.</summary>
/// <param name="Names">The series.</param>
/// <param name="Rows">Their values, in time order.</param>
internal sealed record SeriesTable(string[] Names, float[][] Rows)
{
    /// <summary>Some of the rows as a data view, with a vector column <c>Values</c>.</summary>
    public IDataView Load(MLContext ml, int start, int count)
    {
        var schema = SchemaDefinition.Create(typeof(Moment));
        schema["Values"].ColumnType = new VectorDataViewType(NumberDataViewType.Single, Names.Length);
        return ml.Data.LoadFromEnumerable(Rows.Skip(start).Take(count).Select(row => new Moment { Values = row }), schema);
    }
}
