using Microsoft.ML.Data;

namespace Microsoft.ML.Extensions.Samples;

/// <summary>
/// Points around 0 in ten dimensions, with noise: each of the three classes has its own distance from 0, so no linear model separates
/// them.
/// </summary>
public static class Shells
{
    /// <summary>The number of features of a row.</summary>
    public const int Dimensions = 10;

    /// <summary>The number of classes.</summary>
    public const int Classes = 3;

    private const double Noise = 0.1;

    /// <summary>Rows with <c>Label</c> and <c>Features</c>, the classes in turn.</summary>
    public static IDataView Load(MLContext ml, int rows, int seed)
    {
        var random = new Random(seed);
        var columns = SchemaDefinition.Create(typeof(Point));
        columns["Features"].ColumnType = new VectorDataViewType(NumberDataViewType.Single, Dimensions);
        return ml.Data.LoadFromEnumerable(Enumerable.Range(0, rows).Select(row => Draw(row % Classes, random)).ToList(), columns);
    }

    private static Point Draw(int shell, Random random)
    {
        var direction = Enumerable.Range(0, Dimensions).Select(_ => Normal(random)).ToArray();
        var radius = (1 + (0.5 * shell) + (Noise * Normal(random))) / Math.Sqrt(direction.Sum(value => value * value));
        return new Point { Label = $"shell {shell + 1}", Features = [.. direction.Select(value => (float)(radius * value))] };
    }

    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    private sealed class Point
    {
        public string Label { get; set; } = "";

        public float[] Features { get; set; } = [];
    }
}
