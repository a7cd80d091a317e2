using System.Text.RegularExpressions;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>A query of a TREC topic file, in its short and long forms.</summary>
public sealed partial class TrecTopic
{
    private static readonly string[] s_fields = ["num", "title", "desc", "narr"];

    private TrecTopic(Dictionary<string, string> fields) =>
        (Id, Title, Description, Narrative) = (
            fields["num"], fields["title"], fields.GetValueOrDefault("desc", ""), fields.GetValueOrDefault("narr", ""));

    /// <summary>The query's id, as in the judgements.</summary>
    public string Id { get; }

    /// <summary>The query in a few words.</summary>
    public string Title { get; }

    /// <summary>The query in a sentence; empty where the file has none.</summary>
    public string Description { get; }

    /// <summary>What makes a document relevant; empty where the file has none.</summary>
    public string Narrative { get; }

    /// <summary>
    /// Reads a topic file: blocks of <c>top</c> with <c>num</c>, <c>title</c> and perhaps <c>desc</c> and <c>narr</c>, whose end tags are
    /// optional. The words that precede a field in many files (<c>Number:</c>, <c>Topic:</c>, <c>Description:</c>, <c>Narrative:</c>) are
    /// removed; other fields are ignored.
    /// </summary>
    /// <param name="path">The file, UTF-8.</param>
    /// <exception cref="IOException">The file does not exist or cannot be read.</exception>
    /// <exception cref="FormatException">There is no topic, one has no num or title, or two have the same num.</exception>
    public static IReadOnlyList<TrecTopic> Read(string path)
    {
        var text = TrecLine.Text(path);
        var topics = Blocks().Matches(text).Select((match, place) => Topic(path, place + 1, match.Groups[1].Value)).ToArray();
        if (topics.Length == 0)
        {
            throw new FormatException($"'{path}' has no topic; each is <top> with <num> and <title> in it, ended by </top>.");
        }
        return topics.GroupBy(topic => topic.Id).FirstOrDefault(group => group.Skip(1).Any()) is { } twice
            ? throw new FormatException($"'{path}' has the topic '{twice.Key}' twice.")
            : topics;
    }

    private static TrecTopic Topic(string path, int place, string block)
    {
        var fields = new Dictionary<string, string>();
        foreach (var match in Fields().Matches(block).Where(match => s_fields.Contains(Name(match))))
        {
            if (!fields.TryAdd(Name(match), Content(match)))
            {
                throw new FormatException($"'{path}', topic {place}: <{Name(match)}> is there twice.");
            }
        }
        return s_fields[..2].FirstOrDefault(name => fields.GetValueOrDefault(name, "").Length == 0) is { } missing
            ? throw new FormatException($"'{path}', topic {place}: <{missing}> is missing or empty.")
            : new TrecTopic(fields);
    }

    private static string Name(Match match) => match.Groups[1].Value.ToLowerInvariant();

    private static string Content(Match match) =>
        string.Join(' ', Labels().Replace(match.Groups[2].Value, "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    [GeneratedRegex(@"<top>(.*?)</top>", RegexOptions.Singleline | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Blocks();

    [GeneratedRegex(@"<(\w+)>([^<]*)", RegexOptions.Singleline | RegexOptions.CultureInvariant)]
    private static partial Regex Fields();

    [GeneratedRegex(@"^\s*(Number|Topic|Description|Narrative):", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Labels();
}
