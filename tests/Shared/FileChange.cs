using System.Text;
using System.Text.RegularExpressions;

namespace Microsoft.ML.Extensions.Tests;

/// <summary>A change of a file by damage or on purpose: bytes, parts, numbers and texts in it.</summary>
public static partial class FileChange
{
    private static readonly string[] Numbers = ["-1", "0", "1", "3", "2147483647", "2147483648", "10000000", "99999999999999999999",
        "1e400", "0.5", "null", "true", "\"x\"", "[]", "{}"];
    private static readonly string[] Texts = ["\"\"", "\"\\ud800\"", "\"default\"", "\"gelu\"", "7", "null", "[]", "{\"a\":{}}",
        "\"../x\""];

    /// <summary>The file changed in one place.</summary>
    public static byte[] Drawn(byte[] whole, Random random)
    {
        // Headers stand in front.
        int Place() => random.Next(random.Next(2) == 0 ? Math.Min(whole.Length, 64) : whole.Length);
        var (from, to) = (Place(), Place());
        (from, to) = (Math.Min(from, to), Math.Max(from, to));
        switch (random.Next(9))
        {
            case 0:
                return whole[..from];
            case 1:
                return [.. whole.AsSpan(0, from), .. whole.AsSpan(to)];
            case 2:
                return [.. whole.AsSpan(0, to), .. whole.AsSpan(from)];
            case 3:
                var inserted = new byte[random.Next(1, 9)];
                random.NextBytes(inserted);
                return [.. whole.AsSpan(0, from), .. inserted, .. whole.AsSpan(from)];
            case 4:
                return [.. whole.AsSpan(0, from), .. Encoding.ASCII.GetBytes(new string(random.Next(2) == 0 ? '[' : '{', 5_000)),
                    .. whole.AsSpan(from)];
            case 5:
                return Replaced(whole, random, Number(), Numbers);
            case 6:
                return Replaced(whole, random, Quoted(), Texts);
            case 7:
                var extreme = whole.ToArray();
                var value = new[] { 0, -1, 1, int.MaxValue, int.MinValue, 1 << 24, 0x7F800000 }[random.Next(7)];
                if (from / 4 * 4 + 4 <= whole.Length)
                {
                    BitConverter.TryWriteBytes(extreme.AsSpan(from / 4 * 4), value);
                }
                return extreme;
            default:
                var flipped = whole.ToArray();
                for (var i = random.Next(1, 4); i > 0; i--)
                {
                    flipped[Place()] = (byte)random.Next(256);
                }
                return flipped;
        }
    }

    private static byte[] Replaced(byte[] whole, Random random, Regex what, string[] by)
    {
        var text = Encoding.Latin1.GetString(whole);
        var found = what.Matches(text);
        return found.Count == 0 ? []
            : Encoding.Latin1.GetBytes(text.Remove(found[random.Next(found.Count)] is var match ? match.Index : 0, match.Length)
            .Insert(match.Index, by[random.Next(by.Length)]));
    }

    [GeneratedRegex(@"(?<![\w.""])-?\d+(\.\d+)?([eE][-+]?\d+)?(?![\w.""])")]
    private static partial Regex Number();

    [GeneratedRegex("\"[^\"]*\"(?!:)")]
    private static partial Regex Quoted();
}
