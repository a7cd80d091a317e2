using Microsoft.ML.Data;

namespace Microsoft.ML.Extensions.Benchmarks;

/// <summary>
/// Rows of noise around a sine wave per class, generated while they are read, so that any number of them takes no memory.
/// </summary>
internal static class GeneratedRows
{
    public const int Classes = 4;

    public static IDataView View(MLContext ml, int rows, int steps, int channels)
    {
        var schema = SchemaDefinition.Create(typeof(Row));
        schema[nameof(Row.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, steps, channels);
        schema[nameof(Row.Label)].ColumnType = new KeyDataViewType(typeof(uint), Classes);
        return ml.Data.LoadFromEnumerable(Rows(rows, steps, channels), schema);
    }

    public static IEnumerable<Row> Rows(int rows, int steps, int channels)
    {
        for (var row = 0; row < rows; row++)
        {
            var random = new Random(row);
            var label = (uint)(row % Classes);
            var features = new float[steps * channels];
            for (var i = 0; i < features.Length; i++)
            {
                features[i] = MathF.Sin(0.1f * (label + 1) * (i / channels)) + random.NextSingle() - 0.5f;
            }
            yield return new Row { Features = features, Label = label };
        }
    }

    internal sealed class Row
    {
        public float[] Features { get; set; } = [];

        /// <summary>Numbered from 0, like ML.NET's objects.</summary>
        public uint Label { get; set; }
    }
}
