namespace Microsoft.ML.Extensions.Tests;

/// <summary>
/// Saito's three shapes in noise: a plateau, a rise that drops, a jump that decays. The class of a shape is its place in this order.
/// </summary>
/// <remarks>
/// x(t) = (6 + eta) shape(t) on [a, b] + epsilon(t), eta and epsilon standard normal, a ~ U[16, 32], b - a ~ U[32, 96], t = 1..128;
/// shape = 1, (t - a)/(b - a) and (b - t)/(b - a). Saito, "Local feature extraction and its applications using a library of bases", 1994.
/// </remarks>
public static class CylinderBellFunnel
{
    public const int Length = 128;

    public static readonly string[] Classes = ["cylinder", "bell", "funnel"];

    /// <summary>Rows with the classes in turn.</summary>
    public static SequenceRow[] Rows(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(i => Row(random, i % Classes.Length))];
    }

    private static SequenceRow Row(Random random, int shape)
    {
        var a = random.Next(16, 33);
        var b = a + random.Next(32, 97);
        var height = 6 + Normal.Next(random);
        var values = new float[Length];
        for (var t = 1; t <= Length; t++)
        {
            var inside = t >= a && t <= b ? Shape(shape, t, a, b) : 0;
            values[t - 1] = (float)((height * inside) + Normal.Next(random));
        }
        return new SequenceRow { Features = values, Label = Classes[shape], Target = (float)height, IsFirst = shape == 0 };
    }

    private static double Shape(int shape, double t, double a, double b) => shape switch
    {
        0 => 1,
        1 => (t - a) / (b - a),
        _ => (b - t) / (b - a),
    };
}
