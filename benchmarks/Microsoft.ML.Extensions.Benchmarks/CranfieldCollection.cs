using System.Net;
using System.Text.RegularExpressions;
using Microsoft.ML.Extensions.Sequence;
using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Benchmarks;

/// <summary>The Cranfield collection: 1,400 abstracts, 225 questions, and which answers which.</summary>
internal static partial class CranfieldCollection
{
    private const string Folder = "cranfield";

    /// <summary>The documents' ids and texts, which begin with their titles.</summary>
    public static (string Id, string Text)[] Documents() =>
        [.. Document().Matches(Read("cran.all.1400.xml")).Select(match => (match.Groups[1].Value.Trim(), Plain(match.Groups[2].Value)))];

    /// <summary>The questions; the judgements call them by their place, from 1.</summary>
    public static (string Id, string Text)[] Queries() =>
        [.. Question().Matches(Read("cran.qry.xml")).Select((match, place) => (FormattableString.Invariant($"{place + 1}"), Plain(match.Groups[1].Value)))];

    /// <summary>The judgements.</summary>
    public static RelevanceJudgements Judgements() => RelevanceJudgements.Read(Find("cranqrel.trec.txt"));

    private static string Plain(string text) => WebUtility.HtmlDecode(Blanks().Replace(text, " ")).Trim();

    private static string Read(string name) => File.ReadAllText(Find(name));

    private static string Find(string name) => SharedData.Find(Path.Combine(Folder, name))
        ?? throw new FileNotFoundException($"The collection's '{name}' is not there; name the folder above '{Folder}' by MLX_DATA.");

    [GeneratedRegex(@"<doc>\s*<docno>(.*?)</docno>.*?<text>(.*?)</text>\s*</doc>", RegexOptions.Singleline)]
    private static partial Regex Document();

    [GeneratedRegex(@"<top>.*?<title>(.*?)</title>", RegexOptions.Singleline)]
    private static partial Regex Question();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();
}
