using Microsoft.ML.Data;
using Microsoft.ML.Extensions.MLNet;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Reads documents of a data view.</summary>
internal static class TextRows
{
    /// <summary>The id and the texts of each row.</summary>
    public static IEnumerable<(string Id, string[] Texts)> Read(IHostEnvironment env, IDataView data, string id, string[] texts)
    {
        var columns = texts.Select(name => Find(data.Schema, name)).ToArray();
        using var cursor = data.GetRowCursor([data.Schema.Find(id, "Document"), .. columns]);
        var readId = IdReader.Create(cursor, id, "Document");
        foreach (var row in Read(env, cursor, columns))
        {
            yield return (readId(), row);
        }
    }

    /// <summary>The texts of each row.</summary>
    public static IEnumerable<string[]> Read(IHostEnvironment env, IDataView data, string[] texts)
    {
        var columns = texts.Select(name => Find(data.Schema, name)).ToArray();
        using var cursor = data.GetRowCursor(columns);
        foreach (var row in Read(env, cursor, columns))
        {
            yield return row;
        }
    }

    /// <summary>A column of text.</summary>
    public static DataViewSchema.Column Find(DataViewSchema schema, string name, string role = "Text")
    {
        var column = schema.Find(name, role);
        return column.Type is TextDataViewType ? column : throw SchemaColumns.WrongType(name, role, "text", column.Type.ToString()!);
    }

    private static IEnumerable<string[]> Read(IHostEnvironment env, DataViewRowCursor cursor, DataViewSchema.Column[] columns)
    {
        var getters = Array.ConvertAll(columns, cursor.GetGetter<ReadOnlyMemory<char>>);
        ReadOnlyMemory<char> text = default;
        while (cursor.MoveNext())
        {
            if (env.IsCanceled())
            {
                throw new OperationCanceledException("The reading of texts was cancelled.");
            }
            yield return Array.ConvertAll(getters, getter =>
            {
                getter(ref text);
                return text.ToString();
            });
        }
    }
}
