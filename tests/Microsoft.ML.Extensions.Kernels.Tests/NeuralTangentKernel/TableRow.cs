using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Kernels.Tests;

/// <summary>A row of a table: a few numbers, and what they are of.</summary>
internal sealed class TableRow
{
    public float[] Features { get; set; } = [];

    public string Class { get; set; } = "";

    public bool Flag { get; set; }

    public float Number { get; set; }

    public float Weight { get; set; } = 1;

    /// <summary>Points of a plane, whose class is the quadrant they lie in, with further numbers that mean nothing.</summary>
    public static TableRow[] Quadrants(int count, int seed, int noise = 1)
    {
        var random = new Random(TrainedSeed.From(seed));
        return [.. Enumerable.Range(0, count)
            .Select(_ => Quadrant([.. Enumerable.Range(0, 2 + noise).Select(_ => (random.NextSingle() * 2) - 1)]))];
    }

    public static IDataView View(MLContext ml, IReadOnlyList<TableRow> rows)
    {
        var definition = SchemaDefinition.Create(typeof(TableRow));
        definition[nameof(Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, rows[0].Features.Length);
        var data = ml.Data.LoadFromEnumerable(rows, definition);
        var classes = ml.Data.LoadFromEnumerable(new[] { "a", "b", "c", "d" }.Select(name => new ClassName { Class = name }));
        return ml.Transforms.Conversion.MapValueToKey("Label", nameof(Class), keyData: classes).Fit(data).Transform(data);
    }

    public TableRow Copy() => (TableRow)MemberwiseClone();

    private static TableRow Quadrant(float[] features) => new()
    {
        Features = features,
        Class = features[0] > 0 ? features[1] > 0 ? "a" : "b" : features[1] > 0 ? "c" : "d",
        Flag = features[0] * features[1] > 0,
        Number = 5 + (features[0] * features[1]),
    };

    private sealed class ClassName
    {
        public string Class { get; set; } = "";
    }
}
