using System.IO.Compression;
using System.Text.Json;
using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Sequence;
using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Benchmarks;

/// <summary>Twemoji's pictures with their names, without those that differ from others by skin tone only.</summary>
internal static class EmojiImages
{
    /// <summary>The pictures, resized to a square of this side; null if the files are not available.</summary>
    public static PictureRow[]? Load(int side)
    {
        if (SharedData.Find("emoji/png72.zip") is not { } pictures || SharedData.Find("emoji/emoji.json") is not { } table)
        {
            return null;
        }
        using var zip = ZipFile.OpenRead(pictures);
        using var json = JsonDocument.Parse(File.ReadAllBytes(table));
        string[] names = [.. json.RootElement.EnumerateArray().Select(emoji => emoji.GetProperty("name").GetString()!)
            .Where(name => !name.Contains("skin tone", StringComparison.Ordinal)).Distinct(StringComparer.Ordinal)];
        var reader = new PixelReader(new FrameShape(3, side, side));
        return [.. names.Select(name => (name, Entry: zip.GetEntry($"png72/{name}.png"))).Where(pair => pair.Entry is not null)
            .Select(pair => new PictureRow { Id = pair.name, Text = pair.name, Image = PictureRow.Pixels(pair.Entry!, reader, 3 * side * side) })];
    }
}

/// <summary>Further words for emoji.</summary>
internal static class EmojiKeywords
{
    /// <summary>The keywords of each name; none if the files are not available.</summary>
    public static IReadOnlyDictionary<string, string[]> Load()
    {
        var words = new Dictionary<string, string[]>(StringComparer.Ordinal);
        if (SharedData.Find("emoji/emojilib-en-US.json") is not { } file || SharedData.Find("emoji/emoji.json") is not { } table)
        {
            return words;
        }
        using var keywords = JsonDocument.Parse(File.ReadAllBytes(file));
        using var emoji = JsonDocument.Parse(File.ReadAllBytes(table));
        foreach (var one in emoji.RootElement.EnumerateArray())
        {
            if (keywords.RootElement.TryGetProperty(one.GetProperty("char").GetString()!, out var list))
            {
                words[one.GetProperty("name").GetString()!] = [.. list.EnumerateArray().Select(word => word.GetString()!.Replace('_', ' '))];
            }
        }
        return words;
    }
}

/// <summary>An image as <c>[3, H, W]</c> with a sentence.</summary>
internal sealed class PictureRow
{
    public string Id { get; set; } = "";

    public string Text { get; set; } = "";

    [VectorType]
    public float[] Image { get; set; } = [];

    public bool Label { get; set; }

    public static IDataView View(MLContext ml, IReadOnlyList<PictureRow> rows, int height, int width)
    {
        var schema = SchemaDefinition.Create(typeof(PictureRow));
        schema[nameof(Image)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, 3, height, width);
        return ml.Data.LoadFromEnumerable(rows, schema);
    }

    public static float[] Pixels(ZipArchiveEntry entry, PixelReader reader, int values)
    {
        using var memory = new MemoryStream();
        using (var stream = entry.Open())
        {
            stream.CopyTo(memory);
        }
        memory.Position = 0;
        using var image = MLImage.CreateFromStream(memory);
        var pixels = new float[values];
        reader.Read(image, pixels);
        return pixels;
    }
}
