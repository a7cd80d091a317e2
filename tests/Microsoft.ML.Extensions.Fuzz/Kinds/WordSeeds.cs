using System.Text;
using Microsoft.ML.Extensions.Sequence;

namespace Microsoft.ML.Extensions.Fuzz.Kinds;

/// <summary>Text files of word vectors, with and without a first line of sizes.</summary>
internal static class WordSeeds
{
    private static readonly string[] Files =
    [
        "wing 0.5 -1 2e-3 0\nflow 1 2 3 4\nheat -0.25 0 0 1\n", "3 4\nwing 0.5 -1 2e-3 0\nflow 1 2 3 4\nheat -0.25 0 0 1\n", "a\t1\t2\n. . . 3 4\n\u00E9t\u00E9 5 6\n",
    ];

    private static readonly LineChange Changes = new(
        ["2147483647 2147483647", "9223372036854775807 1", "3 4", "0 4", "3 0", "-1 4", "1 1", "", " ", "wing", "wing 1 2 3 4", "1 2 3 4 5", "x 1 2 3 4 5", "\0 1 2 3 4"],
        ["NaN", "inf", "-inf", "1e39", "1e-60", "", " ", "x", "-", "1,5", "0x10", "\u0661", "\ud83d\ude00", "1000000000000", new string('9', 4_000), new string('x', 40_000)]);

    public static IReadOnlyList<FuzzSeed> All(string folder)
    {
        var path = Path.Combine(folder, "words.txt");
        return [.. Files.Select((text, index) => new FuzzSeed($"words{index}", Encoding.UTF8.GetBytes(text), random => Changes.Drawn(text, random), input =>
        {
            File.WriteAllBytes(path, input);
            return Refusal.Reads(() => Read(path), path, typeof(FormatException));
        }))];
    }

    private static void Read(string path)
    {
        var words = WordVectors.Load(path);
        foreach (var term in words.Terms.Take(8).Append("unknown"))
        {
            var vector = words.Vector(term);
            if (vector.Length != words.Dimensions)
            {
                throw new Finding($"answer: a vector has {vector.Length} numbers of {words.Dimensions}");
            }
            Answers.Finite("vector", vector);
        }
        words.EncodeTokens(["wing flow elsewhere", ""]);
    }
}
