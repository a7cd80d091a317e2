namespace Microsoft.ML.Extensions.Contract.Tests;

/// <summary>Compares the scores of rows.</summary>
internal static class Scores
{
    public static string Bits(this float[][] scores) => string.Join('\n',
        scores.Select(row => string.Join(' ', row.Select(value => BitConverter.SingleToUInt32Bits(value).ToString("x8")))));

    public static void AssertSame(float[][] expected, float[][] actual) => Assert.AreEqual(expected.Bits(), actual.Bits());

    public static void AssertDifferent(float[][] first, float[][] second) => Assert.AreNotEqual(first.Bits(), second.Bits());

    public static void AssertClose(float[][] expected, float[][] actual, double tolerance)
    {
        Assert.HasCount(expected.Length, actual);
        for (var row = 0; row < expected.Length; row++)
        {
            for (var i = 0; i < expected[row].Length; i++)
            {
                Assert.AreEqual(expected[row][i], actual[row][i], tolerance, $"row {row}, value {i}");
            }
        }
    }
}
