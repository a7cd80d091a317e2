using System.Globalization;
using System.Net;
using System.Text;
using Microsoft.ML.Extensions.Sequence;

namespace Microsoft.ML.Extensions.Samples;

/// <summary>A page of sentences with the images found for them. It contains the images, so it is one file.</summary>
internal static class SearchReport
{
    private const string Style =
        "body{font:15px sans-serif;margin:2em auto;padding:0 1em;max-width:60em}h2{font-size:1em;margin:1.5em 0 .3em}"
        + "figure{display:inline-block;margin:0 .6em 0 0;text-align:center}img{width:96px;height:96px;object-fit:contain;"
        + "border:3px solid #ddd;padding:2px}.right img{border-color:#2a7}figcaption{font-size:.8em;color:#555}";

    /// <summary>Writes the page.</summary>
    /// <param name="path">Where to.</param>
    /// <param name="title">A line about the data.</param>
    /// <param name="queries">The sentences with their images.</param>
    /// <param name="found">The images found for each, the nearest first; ids are paths.</param>
    public static void Write(string path, string title, IReadOnlyList<Pair> queries, IReadOnlyList<IReadOnlyList<VectorMatch>> found)
    {
        var page = new StringBuilder();
        page.Append("<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Image search</title><style>").Append(Style)
            .Append("</style></head><body><h1>Image search</h1><p>").Append(WebUtility.HtmlEncode(title))
            .AppendLine(" The image that belongs to the sentence has a green border.</p>");
        foreach (var (query, matches) in queries.Zip(found))
        {
            page.Append("<h2>").Append(WebUtility.HtmlEncode(query.Text)).AppendLine("</h2>");
            foreach (var match in matches)
            {
                page.Append("<figure").Append(match.Id == query.Image ? " class=\"right\"" : "").Append("><img alt=\"\" src=\"")
                    .Append(Data(match.Id)).Append("\"><figcaption>").Append(match.Score.ToString("0.00", CultureInfo.InvariantCulture))
                    .AppendLine("</figcaption></figure>");
            }
        }
        File.WriteAllText(path, page.AppendLine("</body></html>").ToString());
    }

    private static string Data(string path)
    {
        var type = Path.GetExtension(path).ToUpperInvariant() switch
        {
            ".JPG" or ".JPEG" => "jpeg",
            ".GIF" => "gif",
            ".BMP" => "bmp",
            ".WEBP" => "webp",
            _ => "png",
        };
        return $"data:image/{type};base64,{Convert.ToBase64String(File.ReadAllBytes(path))}";
    }
}
