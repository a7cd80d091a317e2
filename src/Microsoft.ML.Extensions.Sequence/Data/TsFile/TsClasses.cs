using System.Text;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>
/// The words after '@classLabel true'. Classes of several words have no quotes there, so any consecutive words may be
/// one.
/// </summary>
internal sealed class TsClasses(string[] words)
{
    private readonly byte[][] _utf8 = [.. words.Select(Encoding.UTF8.GetBytes)];
    private readonly ReadOnlyMemory<char>[] _names = [.. words.Select(word => word.AsMemory())];

    /// <summary>Empty where the header lists none; any text is then a class.</summary>
    public string[] Words => words;

    /// <summary>The class of a line in the header's spelling, and its index among the words; -1 where it is not a single word.</summary>
    /// <exception cref="FormatException">There is no class, or not one of the header's.</exception>
    public (int Place, ReadOnlyMemory<char> Name) Find(ReadOnlySpan<byte> text, Utf8Lines lines)
    {
        for (var i = 0; i < _utf8.Length; i++)
        {
            if (text.SequenceEqual(_utf8[i]))
            {
                return (i, _names[i]);
            }
        }
        if (text.IsEmpty)
        {
            throw lines.Error("the class after the last ':' is missing; write '?' where it is not known.");
        }
        return TsText.IsMissing(text) ? (-1, default)
            : words.Length == 0 ? (-1, lines.Text(text).AsMemory())
            : FindInexact(lines.Text(text)) ?? throw lines.Error(
                $"the class is '{TsText.Excerpt(text)}', expected one of @classLabel: {TsText.Excerpt(string.Join(", ", words), 400)}.");
    }

    private (int, ReadOnlyMemory<char>)? FindInexact(string name)
    {
        var parts = name.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        var places = Enumerable.Range(0, Math.Max(0, words.Length - parts.Length + 1)).Where(start => IsAt(start, parts)).ToList();
        var spellings = places.Select(start => string.Join(' ', words.Skip(start).Take(parts.Length))).Distinct().ToList();
        return spellings is [var only] ? (parts.Length == 1 ? places[0] : -1, only.AsMemory()) : null;
    }

    private bool IsAt(int start, string[] parts)
    {
        for (var i = 0; i < parts.Length; i++)
        {
            if (!words[start + i].Equals(parts[i], StringComparison.OrdinalIgnoreCase))
            {
                return false;
            }
        }
        return true;
    }
}
