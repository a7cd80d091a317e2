using System.Text;
using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Fuzz.Kinds;

/// <summary>Changes of a text file of lines and fields: lines away, twice and in another order, others in their place, a field changed, or bytes.</summary>
/// <param name="lines">Lines that are put in.</param>
/// <param name="fields">Fields that are put in.</param>
internal sealed class LineChange(string[] lines, string[] fields)
{
    public byte[] Drawn(string text, Random random)
    {
        if (random.Next(4) == 0)
        {
            return FileChange.Drawn(Encoding.UTF8.GetBytes(text), random);
        }
        var changed = text.Split('\n').ToList();
        for (var count = random.Next(1, 4); count > 0 && changed.Count > 0; count--)
        {
            Change(changed, random);
        }
        var whole = string.Join(random.Next(8) == 0 ? "\r\n" : "\n", changed);
        return random.Next(12) == 0 ? [.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes(whole)] : Encoding.UTF8.GetBytes(whole);
    }

    private void Change(List<string> all, Random random)
    {
        var at = random.Next(all.Count);
        switch (random.Next(6))
        {
            case 0:
                all.RemoveAt(at);
                break;
            case 1:
                all.Insert(at, lines[random.Next(lines.Length)]);
                break;
            case 2:
                all.Insert(at, all[random.Next(all.Count)]);
                break;
            case 3:
                (all[at], all[0]) = (all[0], all[at]);
                break;
            case 4:
                all[at] = string.Join(' ', Enumerable.Repeat(all[at], random.Next(2, 50)));
                break;
            default:
                var places = all[at].Split(' ', '\t');
                places[random.Next(places.Length)] = fields[random.Next(fields.Length)];
                all[at] = string.Join(random.Next(5) == 0 ? '\t' : ' ', places);
                break;
        }
    }
}
