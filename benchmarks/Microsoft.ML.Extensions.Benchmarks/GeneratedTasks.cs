using Microsoft.ML.Data;

namespace Microsoft.ML.Extensions.Benchmarks;

/// <summary>Generated rows of other forms than <see cref="GeneratedRows"/>: clips, windows to forecast from, and queries.</summary>
internal static class GeneratedTasks
{
    public const int Steps = 336, Ahead = 96, Numbers = 46;
    private const int QueryRows = 16;

    /// <summary>Clips <c>[8, 3, 32, 32]</c>, with their class as <c>Label</c>.</summary>
    public static IDataView Clips(MLContext ml, int rows) => View(
        ml, [8, 3, 32, 32], GeneratedRows.Rows(rows, 8, 3 * 32 * 32).Select(row => new Clip { Features = row.Features, Label = row.Label }));

    /// <summary>Windows of a series, with the values after them as <c>Label</c>.</summary>
    public static IDataView Windows(MLContext ml, int rows) => View(ml, [Steps, 1], Enumerable.Range(0, rows).Select(row => new Window
    {
        Features = [.. Enumerable.Range(row, Steps).Select(Value)],
        Label = [.. Enumerable.Range(row + Steps, Ahead).Select(Value)],
    }));

    /// <summary>Rows of numbers in queries, with their relevance as <c>Label</c>.</summary>
    public static IDataView Ranked(MLContext ml, int rows) => View(
        ml, [Numbers], GeneratedRows.Rows(rows, 1, Numbers).Select((row, i) => new Ranking { Features = row.Features, Label = row.Label, GroupId = (uint)(i / QueryRows) }));

    private static float Value(int hour) => MathF.Sin(hour * MathF.PI / 12) + (0.1f * (hour * 7919 % 101) / 101);

    private static IDataView View<TRow>(MLContext ml, int[] shape, IEnumerable<TRow> rows)
        where TRow : class
    {
        var schema = SchemaDefinition.Create(typeof(TRow));
        schema["Features"].ColumnType = new VectorDataViewType(NumberDataViewType.Single, shape);
        return ml.Data.LoadFromEnumerable(rows, schema);
    }

    private sealed class Clip
    {
        public float[] Features { get; set; } = [];

        [KeyType(GeneratedRows.Classes)]
        public uint Label { get; set; }
    }

    private sealed class Window
    {
        public float[] Features { get; set; } = [];

        [VectorType(Ahead)]
        public float[] Label { get; set; } = [];
    }

    private sealed class Ranking
    {
        public float[] Features { get; set; } = [];

        public float Label { get; set; }

        [KeyType(1 << 20)]
        public uint GroupId { get; set; }
    }
}
