using System.Globalization;

namespace Microsoft.ML.Extensions.Tool.Tests;

/// <summary>Files of data that is easily learned.</summary>
internal static class ToolData
{
    /// <summary>Two numbers and a text; the sum of the numbers tells the class.</summary>
    public static IEnumerable<string> Classes(int rows, int seed = 1)
    {
        var random = new Random(seed);
        yield return "first value,second,kind,class";
        for (var row = 0; row < rows; row++)
        {
            var (a, b) = (random.NextDouble() * 4 - 2, random.NextDouble() * 4 - 2);
            yield return string.Create(CultureInfo.InvariantCulture,
                $"{(row % 10 == 7 ? "NA" : $"{a:f4}")},{b:f4},{(row % 3 == 0 ? "\"red, dark\"" : "blue")},{(a + b > 0 ? "yes" : "no")}");
        }
    }

    /// <summary>A number that is a weighted sum of two.</summary>
    public static IEnumerable<string> Numbers(int rows, int seed = 1)
    {
        var random = new Random(seed);
        yield return "a,b,price";
        for (var row = 0; row < rows; row++)
        {
            var (a, b) = (random.NextDouble(), random.NextDouble());
            yield return string.Create(CultureInfo.InvariantCulture, $"{a:f4},{b:f4},{(3 * a) - b:f4}");
        }
    }

    /// <summary>Series of two channels and 8 steps that rise or fall, as a .ts file.</summary>
    public static IEnumerable<string> Series(int rows, int seed = 1)
    {
        var random = new Random(seed);
        yield return "@problemName slopes";
        yield return "@univariate false";
        yield return "@dimensions 2";
        yield return "@equalLength true";
        yield return "@seriesLength 8";
        yield return "@classLabel true up down";
        yield return "@data";
        for (var row = 0; row < rows; row++)
        {
            var sign = row % 2 == 0 ? 1 : -1;
            string Channel(double slope) => string.Join(',', Enumerable.Range(0, 8)
                .Select(step => string.Create(CultureInfo.InvariantCulture, $"{(slope * step) + random.NextDouble():f3}")));
            yield return $"{Channel(sign)}:{Channel(-sign)}:{(sign > 0 ? "up" : "down")}";
        }
    }

    /// <summary>A wave of period 8, one row per step.</summary>
    public static IEnumerable<string> Wave(int rows)
    {
        yield return "day;visitors";
        for (var row = 0; row < rows; row++)
        {
            yield return string.Create(CultureInfo.InvariantCulture,
                $"{new DateTime(2024, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddDays(row):yyyy-MM-dd};{10 + Math.Sin(row * Math.PI / 4):f4}");
        }
    }
}
