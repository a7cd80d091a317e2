using System.Text;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Texts as one array of UTF-8 bytes and the end of each.</summary>
/// <param name="Bytes">The bytes.</param>
/// <param name="Ends">The end of each text.</param>
internal sealed record TextTable(byte[] Bytes, long[] Ends)
{
    public static TextTable Of(IReadOnlyList<string> texts)
    {
        using var bytes = new MemoryStream();
        var ends = new long[texts.Count];
        for (var i = 0; i < texts.Count; i++)
        {
            bytes.Write(Encoding.UTF8.GetBytes(texts[i]));
            ends[i] = bytes.Length;
        }
        return new(bytes.ToArray(), ends);
    }

    /// <exception cref="FormatException">The ends do not fit the bytes.</exception>
    public static string[] Read(string name, ReadOnlySpan<byte> bytes, ReadOnlySpan<long> ends)
    {
        var start = 0L;
        foreach (var end in ends)
        {
            if (end < start || end > bytes.Length)
            {
                throw new FormatException(
                    $"'{name}' says that a text ends at byte {end}, and it has {bytes.Length}, of which {start} belong to texts before.");
            }
            start = end;
        }
        if (start != bytes.Length)
        {
            throw new FormatException($"'{name}' has {bytes.Length} bytes, of which {start} belong to texts.");
        }
        var texts = new string[ends.Length];
        for (var i = 0; i < texts.Length; i++)
        {
            var first = i == 0 ? 0 : (int)ends[i - 1];
            texts[i] = Encoding.UTF8.GetString(bytes[first..(int)ends[i]]);
        }
        return texts;
    }
}
