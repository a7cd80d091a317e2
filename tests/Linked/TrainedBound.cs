using System.Globalization;
using System.Runtime.Intrinsics;

namespace Microsoft.ML.Extensions.Tests;

/// <summary>
/// A bound on a trained or random result. A test with one takes its seeds from <see cref="TrainedSeed"/> and is marked <see
/// cref="TrainedAttribute"/>, so that <c>eng/bounds.sh</c> can run it over seeds, vector widths and thread counts and report the margin of
/// each bound.
/// </summary>
internal static class TrainedBound
{
    private static readonly string? s_file = Environment.GetEnvironmentVariable("MLX_BOUNDS_FILE");
    private static readonly Lock s_writing = new();

    public static void Above(double value, double bound, string what) => Check(value > bound, value, "above", bound, what);

    public static void AtLeast(double value, double bound, string what) => Check(value >= bound, value, "at least", bound, what);

    public static void Below(double value, double bound, string what) => Check(value < bound, value, "below", bound, what);

    public static void AtMost(double value, double bound, string what) => Check(value <= bound, value, "at most", bound, what);

    /// <summary>Asserts that the largest difference of two rows of numbers is below the bound.</summary>
    public static void Near(IEnumerable<double> expected, IEnumerable<double> actual, double bound, string what)
    {
        double[] left = [.. expected], right = [.. actual];
        Assert.HasCount(left.Length, right, what);
        // Not Max, which ignores NaN.
        Below(left.Zip(right, (one, other) => Math.Abs(one - other)).Aggregate(0.0, Math.Max), bound, what);
    }

    public static void Near(double expected, double actual, double bound, string what) => Below(Math.Abs(expected - actual), bound, what);

    private static void Check(bool holds, double value, string asks, double bound, string what)
    {
        if (s_file is { Length: > 0 })
        {
            Write(value, asks, bound, what);
        }
        if (!holds)
        {
            Assert.Fail(string.Create(CultureInfo.InvariantCulture, $"{what} is {value}, expected {asks} {bound}"));
        }
    }

    // Written before the assertion, since the survey is about bounds that do not hold.
    private static void Write(double value, string asks, double bound, string what)
    {
#pragma warning disable MSTESTEXP // For evaluation, MSTest says; the alternative is a TestContext handed through every test that has a bound.
        var test = TestContext.Current!;
#pragma warning restore MSTESTEXP
        var width = Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : 128;
        string[] fields =
        [
            test.FullyQualifiedTestClassName!.Split('.')[^1], test.TestName!, test.TestDisplayName
                ?? "", what, asks, Number(bound), Number(value),
            Number(width), Environment.GetEnvironmentVariable("OMP_NUM_THREADS") ?? "", Number(TrainedSeed.Offset),
        ];
        lock (s_writing)
        {
            File.AppendAllText(s_file!, string.Join('\t', fields.Select(field => field.ReplaceLineEndings(" ").Replace('\t', ' '))) + "\n");
        }
    }

    private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
