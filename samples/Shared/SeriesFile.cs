using Microsoft.ML.Data;

namespace Microsoft.ML.Extensions.Samples;

/// <summary>Reads classified series.</summary>
public static class SeriesFile
{
    /// <summary>Reads a .ts file with classes.</summary>
    /// <exception cref="UsageException">The file has no classes.</exception>
    public static IDataView Read(MLContext ml, string path)
    {
        var data = ml.Data.LoadFromTsFile(path);
        return data.Schema.GetColumnOrNull("Label") is { Type: TextDataViewType }
            ? data
            : throw new UsageException($"{path} has no classes; its header needs a line '@classLabel true' and the names of the classes.");
    }

    /// <summary>Whether all rows have the same number of values, as trainers for tables require.</summary>
    public static bool IsFlat(IDataView train, IDataView test) =>
        train.Schema["Features"].Type is VectorDataViewType { IsKnownSize: true } type && type.Equals(test.Schema["Features"].Type);

    /// <summary>The rows of a data view with <c>Label</c> and <c>Features</c>.</summary>
    public static IEnumerable<Series> Rows(MLContext ml, IDataView data)
    {
        var columns = SchemaDefinition.Create(typeof(Series));
        columns["Features"].ColumnType = data.Schema["Features"].Type;
        return ml.Data.CreateEnumerable<Series>(data, reuseRowObject: false, schemaDefinition: columns);
    }
}
