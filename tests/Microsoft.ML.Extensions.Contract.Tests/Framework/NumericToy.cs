using Microsoft.ML.Data;

namespace Microsoft.ML.Extensions.Contract.Tests;

/// <summary>Queries of documents whose relevance is whether two of their numbers have the same sign.</summary>
internal static class NumericToy
{
    public const int Documents = 6;

    public static NumericToyRow[] Rows(int queries, int seed = 1)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, queries * Documents).Select(row =>
        {
            float[] features = [random.NextSingle() - 0.5f, random.NextSingle() - 0.5f, 100 * random.NextSingle(), 0];
            // The first document of a query is not relevant, the second is.
            var relevant = row % Documents < 2 ? row % Documents == 1 : random.Next(2) == 1;
            features[1] = MathF.CopySign(features[1], relevant ? features[0] : -features[0]);
            return new NumericToyRow { Features = features, Label = relevant ? 1 : 0, Group = $"q{row / Documents}" };
        })];
    }

    public static IDataView Load(MLContext ml, IEnumerable<NumericToyRow> rows)
    {
        var view = ml.Data.LoadFromEnumerable(rows.ToArray());
        return ml.Transforms.Conversion.MapValueToKey("GroupId", "Group").Fit(view).Transform(view);
    }
}

internal sealed class NumericToyRow
{
    [VectorType(4)]
    public float[] Features { get; set; } = [];

    public float Label { get; set; }

    public string Group { get; set; } = "";
}
