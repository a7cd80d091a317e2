namespace Microsoft.ML.Extensions.Tests;

internal static class Closeness
{
    /// <summary>
    /// Fails where an entry lies further from the expected one than the tolerance times the largest expected entry (at least one).
    /// </summary>
    public static void AssertClose(IReadOnlyList<double> expected, IReadOnlyList<float> actual, double tolerance, string what)
    {
        Assert.AreEqual(expected.Count, actual.Count, what);
        var scale = Math.Max(1, expected.Select(Math.Abs).DefaultIfEmpty().Max());
        for (var i = 0; i < expected.Count; i++)
        {
            if (!(Math.Abs(expected[i] - actual[i]) <= tolerance * scale))
            {
                Assert.Fail($"{what}[{i}]: expected {expected[i]}, got {actual[i]}, allowed {tolerance * scale}");
            }
        }
    }
}
