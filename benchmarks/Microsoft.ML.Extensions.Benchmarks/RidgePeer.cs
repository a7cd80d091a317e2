using System.Globalization;
using Microsoft.ML.Extensions.Sequence;
using Microsoft.ML.Extensions.Torch;

namespace Microsoft.ML.Extensions.Benchmarks;

/// <summary>
/// Ridge regression on the concatenated, standardised values of a row, with short rows padded with the mean; leave-one-out chooses the
/// penalty.
/// </summary>
internal static class RidgePeer
{
    // A position that hardly varies in training may vary in the rows to predict.
    private const double Farthest = 10;

    private static readonly double[] Penalties = [1e-3, 1e-2, 0.1, 1, 10, 100, 1e3, 1e4];

    /// <summary>The labels of some rows, as texts.</summary>
    public static string[] Predict(float[][] train, string[] labels, float[][] test, bool isRegression)
    {
        string[] classes = isRegression ? [""] : [.. labels.Distinct()];
        double[] targets = [.. labels.SelectMany(label => classes.Select(name => isRegression ? Number(label) : label == name ? 1 : 0))];
        return [.. Outputs(train, targets, test).Select(output => isRegression ? output[0].ToString("R", CultureInfo.InvariantCulture)
            : classes[Array.IndexOf(output, output.Max())])];
    }

    /// <summary>The vectors of some rows.</summary>
    public static float[][] Predict(float[][] train, float[][] targets, float[][] test) =>
        [.. Outputs(train, [.. targets.SelectMany(target => target).Select(value => (double)value)], test)
            .Select(output => Array.ConvertAll(output, value => (float)value))];

    private static double[][] Outputs(float[][] train, double[] targets, float[][] test)
    {
        var length = train.Max(row => row.Length);
        var (mean, scale) = (new double[length], new double[length]);
        for (var i = 0; i < length; i++)
        {
            double[] column = [.. train.Where(row => row.Length > i).Select(row => (double)row[i])];
            mean[i] = column.Average();
            var deviation = Math.Sqrt(column.Average(value => Math.Pow(value - mean[i], 2)));
            scale[i] = deviation > 0 ? 1 / deviation : 0;
        }
        using var scope = TorchSharp.torch.NewDisposeScope();
        var features = train.SelectMany(Scaled).Select(value => (float)value).ToArray().ToAligned(train.Length, length);
        using var ridge = new LeaveOneOutRidge(features, targets, [.. train.Select(_ => 1.0)], () => { });
        var best = Penalties.Select(penalty => ridge.Fit(penalty)).OfType<RidgeFit>()
            .MinBy(fit => fit.LeftOut.Zip(targets, (left, right) => Math.Pow(left - right, 2)).Sum())!;
        var (weights, offset) = ridge.Weights(best);
        return [.. test.Select(row => Output([.. Scaled(row)]))];

        IEnumerable<double> Scaled(float[] values) => Enumerable.Range(0, length)
            .Select(i => i < values.Length ? Math.Clamp((values[i] - mean[i]) * scale[i], -Farthest, Farthest) : 0);

        double[] Output(double[] row) =>
            [.. offset.Select((constant, k) => constant + row.Select((value, i) => value * weights[(i * offset.Length) + k]).Sum())];
    }

    private static double Number(string label) => double.Parse(label, CultureInfo.InvariantCulture);
}
