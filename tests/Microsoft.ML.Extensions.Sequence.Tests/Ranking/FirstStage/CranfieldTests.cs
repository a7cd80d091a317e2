using System.Text.RegularExpressions;
using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Sequence.Tests;

[TestClass]
public sealed partial class CranfieldTests
{
    private readonly MLContext _ml = new(1);

    [TestMethod]
    public void TheFirstStageIsAsGoodAsOthersMeasuredIt()
    {
        if (SharedData.Find("cranfield/cran.all.1400.xml") is not { } documents)
        {
            Assert.Inconclusive("The Cranfield collection is not here.");
            return;
        }
        // Ids of the topics are not those of the judgements, which count them.
        var queries = TrecTopic.Read(SharedData.Find("cranfield/cran.qry.xml")!).Select((topic, place) => ($"{place + 1}", topic.Title))
            .ToArray();
        var judgements = RelevanceJudgements.Read(SharedData.Find("cranfield/cranqrel.trec.txt")!);
        var texts = Documents().Matches(File.ReadAllText(documents)).Select(match => (match.Groups[1].Value, match.Groups[2].Value))
            .ToArray();
        Assert.AreEqual((1400, 225), (texts.Length, queries.Length));
        Assert.IsGreaterThanOrEqualTo(.282, Map(new()), "BM25");
        Assert.IsGreaterThanOrEqualTo(.317, Map(new() { Feedback = new() }), "RM3");
        Assert.IsGreaterThanOrEqualTo(.26, Map(new() { Model = LexicalModel.QueryLikelihood }), "query likelihood");

        double Map(LexicalOptions options)
        {
            using var ranker = _ml.Ranking.CreateRanker(new() { FirstStage = options });
            foreach (var (id, text) in texts)
            {
                ranker.Add(id, text);
            }
            var run = new RankingRun();
            foreach (var (query, found) in queries.SelectMany(query => ranker.Rank(query.Title, 100).Select(found => (query.Item1, found))))
            {
                run.Add(query, found.Id, found.Score);
            }
            return _ml.Ranking.EvaluateRanking(run, judgements).MeanAveragePrecision;
        }
    }

    [GeneratedRegex(@"<docno>\s*(\w+)\s*</docno>.*?<text>(.*?)</text>", RegexOptions.Singleline)]
    private static partial Regex Documents();
}
