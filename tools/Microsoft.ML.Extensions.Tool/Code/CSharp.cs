using System.Globalization;
using System.Text;

namespace Microsoft.ML.Extensions.Tool;

/// <summary>Writes names and values as C#.</summary>
internal static class CSharp
{
    /// <summary>A text as a literal.</summary>
    public static string Text(string text)
    {
        var literal = new StringBuilder("\"");
        foreach (var letter in text)
        {
            literal.Append(letter switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                _ when char.IsControl(letter) || letter is '\u2028' or '\u2029' or '\u0085' => $"\\u{(int)letter:x4}",
                _ => letter.ToString(),
            });
        }
        return literal.Append('"').ToString();
    }

    /// <summary>A number as a literal of Single.</summary>
    public static string Number(float value) => float.IsNaN(value) ? "float.NaN" : value.ToString("R", CultureInfo.InvariantCulture) + "f";

    /// <summary>A number as a literal of Double.</summary>
    public static string Number(double value) => double.IsNaN(value) ? "double.NaN" : value.ToString("R", CultureInfo.InvariantCulture) + "d";

    /// <summary>A name in Pascal case, made of the letters and digits of a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="fallback">The name where the text has neither.</param>
    public static string Name(string text, string fallback)
    {
        var (name, isStart) = (new StringBuilder(), true);
        foreach (var letter in text)
        {
            var isPart = char.IsAsciiLetterOrDigit(letter) || (char.IsLetter(letter) && letter > 127);
            if (isPart)
            {
                name.Append(isStart ? char.ToUpperInvariant(letter) : letter);
            }
            isStart = !isPart;
        }
        return name.Length == 0 ? fallback : char.IsDigit(name[0]) ? "_" + name : name.ToString();
    }

    /// <summary>Names in Pascal case that differ from each other and from reserved ones.</summary>
    public static IReadOnlyList<string> Names(IEnumerable<string> texts, params string[] reserved)
    {
        var used = new HashSet<string>(reserved, StringComparer.Ordinal);
        var names = new List<string>();
        foreach (var text in texts)
        {
            var name = Name(text, "Column");
            var different = name;
            for (var number = 2; !used.Add(different); number++)
            {
                different = name + number.ToString(CultureInfo.InvariantCulture);
            }
            names.Add(different);
        }
        return names;
    }
}
