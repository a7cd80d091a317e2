using System.Numerics.Tensors;

namespace Microsoft.ML.Extensions.Benchmarks;

/// <summary>
/// k nearest neighbours by Euclidean distance of standardised features; the nearest breaks ties of votes. ML.NET has no such trainer.
/// </summary>
internal static class NearestNeighbors
{
    /// <summary>The classes of some rows.</summary>
    public static string[] Predict(float[][] train, string[] classes, float[][] test, int neighbors)
    {
        var (mean, scale) = Scale(train);
        var standardised = train.Select(Standardised).ToArray();
        return [.. test.Select(row => Vote(Standardised(row)))];

        float[] Standardised(float[] row) =>
            [.. row.Select((value, i) => float.IsNaN(value) ? 0 : (float)((value - mean[i]) * scale[i]))];

        string Vote(float[] row)
        {
            var distances = standardised.Select(other => TensorPrimitives.Distance<float>(row, other)).ToArray();
            var nearest = Enumerable.Range(0, distances.Length).OrderBy(index => distances[index]).Take(neighbors)
                .Select(index => classes[index]).ToList();
            return nearest.GroupBy(name => name).OrderByDescending(group => group.Count()).ThenBy(group => nearest.IndexOf(group.Key))
                .First().Key;
        }
    }

    private static (double[] Mean, double[] Scale) Scale(float[][] rows)
    {
        var (mean, scale) = (new double[rows[0].Length], new double[rows[0].Length]);
        for (var i = 0; i < mean.Length; i++)
        {
            var column = rows.Select(row => (double)row[i]).Where(double.IsFinite).DefaultIfEmpty().ToArray();
            mean[i] = column.Average();
            var deviation = Math.Sqrt(column.Average(value => (value - mean[i]) * (value - mean[i])));
            scale[i] = deviation > 0 ? 1 / deviation : 0;
        }
        return (mean, scale);
    }
}
