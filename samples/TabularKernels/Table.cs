using Microsoft.ML.Data;

namespace Microsoft.ML.Extensions.Samples;

/// <summary>A row of a table: its numbers and its class.</summary>
internal sealed class TableRow
{
    public float[] Features { get; set; } = [];

    public string Class { get; set; } = "";
}

/// <summary>Rows with a class.</summary>
/// <param name="Rows">The rows.</param>
internal sealed record Table(TableRow[] Rows)
{
    /// <summary>All rows as a data view.</summary>
    public IDataView View(MLContext ml) => View(ml, Enumerable.Range(0, Rows.Length));

    /// <summary>Some of the rows as a data view.</summary>
    public IDataView View(MLContext ml, IEnumerable<int> rows)
    {
        var definition = SchemaDefinition.Create(typeof(TableRow));
        definition[nameof(TableRow.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, Rows[0].Features.Length);
        return ml.Data.LoadFromEnumerable(rows.Select(row => Rows[row]).ToArray(), definition);
    }

    /// <summary>The fold of each row; every class is spread evenly over the folds.</summary>
    public int[] Folds(int count, int seed)
    {
        var order = Enumerable.Range(0, Rows.Length).ToArray();
        new Random(seed).Shuffle(order);
        var folds = new int[Rows.Length];
        var dealt = 0;
        foreach (var row in order.OrderBy(row => Rows[row].Class, StringComparer.Ordinal))
        {
            folds[row] = dealt++ % count;
        }
        return folds;
    }
}
