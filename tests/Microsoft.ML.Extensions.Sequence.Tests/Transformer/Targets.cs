namespace Microsoft.ML.Extensions.Sequence.Tests.Transformer;

/// <summary>Continuous functions from sequences to sequences of the same shape.</summary>
internal static class Targets
{
    /// <summary>Every step holds the first one: not permutation equivariant.</summary>
    public static double[,] First(double[,] x) => Each(x, (_, channel) => x[0, channel]);

    public static double[,] Reverse(double[,] x) => Each(x, (step, channel) => x[x.GetLength(0) - 1 - step, channel]);

    /// <summary>Every step holds the largest number of each channel: permutation equivariant.</summary>
    public static double[,] Max(double[,] x) => Each(x, (_, channel) => Column(x, channel).Max());

    public static double[,] Sort(double[,] x) => Each(x, (step, channel) => Column(x, channel).Order().ElementAt(step));

    private static IEnumerable<double> Column(double[,] x, int channel) =>
        Enumerable.Range(0, x.GetLength(0)).Select(step => x[step, channel]);

    private static double[,] Each(double[,] x, Func<int, int, double> value)
    {
        var y = new double[x.GetLength(0), x.GetLength(1)];
        for (var step = 0; step < y.GetLength(0); step++)
        {
            for (var channel = 0; channel < y.GetLength(1); channel++)
            {
                y[step, channel] = value(step, channel);
            }
        }
        return y;
    }
}
