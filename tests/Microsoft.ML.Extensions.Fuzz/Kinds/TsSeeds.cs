using System.Globalization;
using System.Text;
using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Fuzz.Kinds;

/// <summary>Time series files: lines of the header, separators and values changed.</summary>
internal static class TsSeeds
{
    private static readonly MLContext Context = new(1);

    private static readonly string[] Files =
    [
        "@problemName one\n@timeStamps false\n@missing false\n@univariate true\n@equalLength true\n@seriesLength 3\n@classLabel true a b\n@data\n1.0,2.0,3.0:a\n4,5,6:b\n",
        "@problemName two\n@timestamps false\n@missing true\n@univariate false\n@dimensions 2\n@equalLength false\n@classLabel true 1 2\n@data\n1,2:4,5:1\n7:?:2\n",
        "@univariate true\n@targetLabel true\n@data\n1,2,3,4:0.25\n4,?,6,7:-1e-05\n",
        "# sktime\n@univariate false\n@dimension 3\n@equalLength true\n@seriesLength 2\n@classLabel false\n@data\n1,2:3,4:5,6:\n1,2:3,4:5,6:\n",
    ];

    private static readonly string[] Lines =
    [
        "@dimensions 2147483647", "@seriesLength 2147483647", "@dimensions -1", "@univariate false", "@equalLength true", "@missing false",
            "@timeStamps true", "@classLabel true",
        "@classLabel true a b c", "@targetLabel true", "@targetLabel false", "@data", "@relation x", "# note", "", "1,2:a",
            "(0,1),(1,2):a", "1", ":", ",", "NaN,NaN:?", "1e39,2:a", "\0",
    ];

    private static readonly string[] Values = ["?", "NaN", "inf", "-inf", "1e400", "1e-400", "", " ", ",", ":", "\t", "x", "-0", "1_000",
        "0x10", "\u0661", "\ud83d\ude00", new string('9', 400)];

    public static IReadOnlyList<FuzzSeed> All(string folder)
    {
        var path = Path.Combine(folder, "series.ts");
        return [.. Files.SelectMany(
            (text, index) => (text.Contains("@classLabel true", StringComparison.Ordinal) ? new[] { false, true } : [false]).Select(asKey =>
        {
            var file = Encoding.UTF8.GetBytes(text);
            return new FuzzSeed($"series{index}{(asKey ? "key" : "")}", file, random => Changed(text, file, random), input =>
            {
                File.WriteAllBytes(path, input);
                return Refusal.Reads(() => Read(path, asKey), path, typeof(FormatException));
            });
        }))];
    }

    // Values are finite or NaN, classes are of their list, rows have the length of the type.
    private static void Read(string path, bool asKey)
    {
        var view = Context.Data.LoadFromTsFile(path, labelAsKey: asKey);
        var steps = ((Microsoft.ML.Data.VectorDataViewType)view.Schema["Features"].Type).Size;
        using var cursor = view.GetRowCursor(view.Schema);
        var features = cursor.GetGetter<Microsoft.ML.Data.VBuffer<float>>(view.Schema["Features"]);
        Microsoft.ML.Data.VBuffer<float> values = default;
        while (cursor.MoveNext())
        {
            features(ref values);
            foreach (var value in values.DenseValues())
            {
                if (float.IsInfinity(value) || (steps > 0 && values.Length != steps))
                {
                    throw new Finding(string.Create(
                        CultureInfo.InvariantCulture, $"answer: a value is {value} among {values.Length} of {steps}"));
                }
            }
        }
    }

    private static byte[] Changed(string text, byte[] file, Random random)
    {
        if (random.Next(4) == 0)
        {
            return FileChange.Drawn(file, random);
        }
        var lines = text.Split('\n').ToList();
        for (var count = random.Next(1, 4); count > 0 && lines.Count > 0; count--)
        {
            Change(lines, random);
        }
        var changed = string.Join(random.Next(8) == 0 ? "\r\n" : "\n", lines);
        return random.Next(10) switch
        {
            0 => [.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes(changed)],
            _ =>
            Encoding.UTF8.GetBytes(changed)
        };
    }

    private static void Change(List<string> lines, Random random)
    {
        var at = random.Next(lines.Count);
        switch (random.Next(7))
        {
            case 0:
                lines.RemoveAt(at);
                break;
            case 1:
                lines.Insert(at, Lines[random.Next(Lines.Length)]);
                break;
            case 2:
                lines[at] = Lines[random.Next(Lines.Length)];
                break;
            case 3:
                lines.Insert(at, lines[random.Next(lines.Count)]);
                break;
            case 4:
                (lines[at], lines[0]) = (lines[0], lines[at]);
                break;
            case 5:
                lines[at] = string.Join(random.Next(2) == 0 ? ':' : ',', Enumerable.Repeat(lines[at], random.Next(2, 50)));
                break;
            default:
                var places = lines[at].Split(',', ':', ' ');
                places[random.Next(places.Length)] = Values[random.Next(Values.Length)];
                lines[at] = string.Join(lines[at].StartsWith('@') ? ' ' : random.Next(5) == 0 ? ':' : ',', places);
                break;
        }
    }
}
