using System.Text;
using Microsoft.ML.Extensions.Samples;
using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Fuzz.Kinds;

/// <summary>Tables of the samples: separators, quotes and cells changed.</summary>
internal static class TableSeeds
{
    private static readonly string[] Files =
    [
        "a,b,c\n1,2,x\n3.5,,y\n-1e3,?,z\n", "\"first; name\";second\n1;\"two\nlines\"\n3;\"a \"\"quoted\"\" one\"\n",
            "t\tv\n1\t2\n\n3\t4\n", "a|b|\n1|2|\n3|4|\n",
    ];

    private static readonly string[] Cells = ["", "\"", "\"\"", "\"x", "x\"", ",", ";", "\t", "|", "\n", "\r\n", "1,5", "$5", "12%",
        "1e99", "NaN", "inf", "abc", "\0", "\u2212 3", "1.5"];

    public static IReadOnlyList<FuzzSeed> All(string folder)
    {
        var path = Path.Combine(folder, "table.csv");
        return [.. Files.Select(
            (text, index) => new FuzzSeed($"table{index}", Encoding.UTF8.GetBytes(text), random => Changed(text, random), input =>
        {
            File.WriteAllBytes(path, input);
            return Refusal.Reads(() => Read(path), path, typeof(UsageException));
        }))];
    }

    private static void Read(string path)
    {
        var table = TableFile.Read(path);
        foreach (var column in table.Columns)
        {
            if (column.Numbers() is { } numbers && numbers.Any(float.IsInfinity))
            {
                throw new Finding($"answer: column '{column.Name}' holds an infinity");
            }
        }
    }

    private static byte[] Changed(string text, Random random)
    {
        if (random.Next(3) == 0)
        {
            return FileChange.Drawn(Encoding.UTF8.GetBytes(text), random);
        }
        for (var count = random.Next(1, 5); count > 0; count--)
        {
            var at = random.Next(text.Length);
            text = text[..at] + Cells[random.Next(Cells.Length)] + text[Math.Min(text.Length, at + random.Next(3))..];
        }
        return Encoding.UTF8.GetBytes(text);
    }
}
