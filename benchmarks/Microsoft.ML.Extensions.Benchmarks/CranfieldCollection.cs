using System.Net;
using System.Text.RegularExpressions;
using Microsoft.ML.Extensions.Samples;
using Microsoft.ML.Extensions.Sequence;
using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Benchmarks;

/// <summary>The Cranfield collection: 1,400 abstracts, 225 questions, and relevance judgements.</summary>
internal static partial class CranfieldCollection
{
    private const string Folder = "cranfield";

    /// <summary>
    /// Documents preceded by their titles, questions, and judgements, which identify the questions by their number, from 1.
    /// </summary>
    public static Collection Read()
    {
        var (ids, texts) = (new List<string>(), new List<string>());
        foreach (Match match in Document().Matches(Read("cran.all.1400.xml")))
        {
            ids.Add(match.Groups[1].Value.Trim());
            texts.Add(Plain(match.Groups[3].Value));
        }
        string[] questions = [.. Question().Matches(Read("cran.qry.xml")).Select(match => Plain(match.Groups[1].Value))];
        return new(
            new(ids, texts), new([.. Enumerable.Range(1, questions.Length).Select(place => FormattableString.Invariant($"{place}"))], questions),
            RelevanceJudgements.Read(Find("cranqrel.trec.txt")));
    }

    /// <summary>The title of each document and its text without it.</summary>
    public static IReadOnlyList<string[]> Fields() => [.. Document().Matches(Read("cran.all.1400.xml")).Select(match =>
    {
        var (title, text) = (Plain(match.Groups[2].Value), Plain(match.Groups[3].Value));
        return new[] { title, text.StartsWith(title, StringComparison.Ordinal) ? text[title.Length..] : text };
    })];

    private static string Plain(string text) => WebUtility.HtmlDecode(Blanks().Replace(text, " ")).Trim();

    private static string Read(string name) => File.ReadAllText(Find(name));

    private static string Find(string name) => SharedData.Find(Path.Combine(Folder, name))
        ?? throw new FileNotFoundException($"The collection's '{name}' is not there; name the folder above '{Folder}' by MLX_DATA.");

    [GeneratedRegex(@"<doc>\s*<docno>(.*?)</docno>\s*<title>(.*?)</title>.*?<text>(.*?)</text>\s*</doc>", RegexOptions.Singleline)]
    private static partial Regex Document();

    [GeneratedRegex(@"<top>.*?<title>(.*?)</title>", RegexOptions.Singleline)]
    private static partial Regex Question();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();
}
