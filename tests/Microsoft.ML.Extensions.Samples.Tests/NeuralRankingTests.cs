using System.Globalization;
using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Samples.Tests;

[TestClass]
public sealed class NeuralRankingTests
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ranking-").FullName;

    [TestCleanup]
    public void Delete() => Directory.Delete(_folder, recursive: true);

    [TestMethod, Trained]
    public void WithoutArguments_AGeneratedCollectionIsRankedBetterByEachStage()
    {
        var run = ChildProcess.Run("NeuralRanking", ["--folds", "3", "--seed", $"{TrainedSeed.From(1)}"]);
        Assert.AreEqual(0, run.ExitCode, run.Errors);
        var figures = Figures(run.OutputLines.TakeLast(7));
        CollectionAssert.AreEqual(new[] { "bm25_map", "first_stage_map", "neural_map", "fused_map", "ndcg_10", "p_10", "seconds" }, figures.Keys.ToArray());
        Assert.IsGreaterThan(figures["bm25_map"] + .05, figures["first_stage_map"]);
        TrainedBound.AtLeast(figures["fused_map"], figures["first_stage_map"] + .05, "MAP of both");
        StringAssert.StartsWith(run.OutputLines[0], "Feedback against BM25: MAP +0.");
        StringAssert.StartsWith(run.OutputLines[2], "Both against the first stage: MAP +0.");
    }

    [TestMethod]
    public void AnEncoderFindsWhatSharesNoWord()
    {
        const int pairs = 12;
        var encoder = Path.Combine(_folder, "encoder");
        SynonymEncoder.Write(encoder, pairs);
        var documents = Write("docs.tsv", Lines(pair => $"a{pair}\tbig{pair} thing\nb{pair}\tlarge{pair} thing\n"));
        var queries = Write("queries.tsv", Lines(pair => $"{pair}\tbig{pair}\n"));
        var judgements = Write("qrels.txt", Lines(pair => $"{pair} 0 a{pair} 1\n{pair} 0 b{pair} 1\n"));
        var run = ChildProcess.Run("NeuralRanking", ["--docs", documents, "--queries", queries, "--qrels", judgements, "--model", "none", "--encoder", encoder]);
        Assert.AreEqual(0, run.ExitCode, run.Errors);
        var figures = Figures(run.OutputLines.TakeLast(6));
        CollectionAssert.AreEqual(new[] { "bm25_map", "encoder_map", "first_stage_map", "ndcg_10", "p_10", "seconds" }, figures.Keys.ToArray());
        Assert.AreEqual(.5, figures["bm25_map"], 1e-6);
        Assert.AreEqual(1, figures["first_stage_map"], 1e-6);

        static string Lines(Func<int, string> line) => string.Concat(Enumerable.Range(0, pairs).Select(line));
    }

    [TestMethod, Trained]
    public void AnswersAreRankedByANetworkThatOtherQuestionsTaught()
    {
        // Of two answers that share the word, the good one is right, which questions teach and shared words do not tell.
        var pairs = Write("pairs.tsv", string.Concat(Enumerable.Range(0, 40).Select(question =>
            $"word{question}\tword{question} good\t1\nword{question}\tword{question} bad\t0\nword{question}\tother\t0\n")));
        var words = Figures(ChildProcess.Run("NeuralRanking", ["--pairs", pairs]).OutputLines);
        var run = ChildProcess.Run("NeuralRanking", ["--pairs", pairs, "--model", "CDSSM", "--seed", $"{TrainedSeed.From(1)}"]);
        Assert.AreEqual(0, run.ExitCode, run.Errors);
        Assert.AreEqual(.75, words["map"], 1e-6);
        TrainedBound.AtLeast(Figures(run.OutputLines)["map"], .9, "MAP");
    }

    [TestMethod]
    public void Files_AreRankedAndWhatTheyLackIsSaid()
    {
        var documents = Write("docs.tsv", "1\tthe flow past a wing\n2\theat in slabs\n3\t\n4\tflow of heat past plates\n");
        var queries = Write("queries.tsv", "a\tflow past wings\nb\theat in slabs\nc\tflow\nd\tzeppelin\n");
        var judgements = Write("qrels.txt", "a 0 1 1\nb 0 2 1\nb 0 99 1\nc 0 4 1\nz 0 1 1\n");
        var run = ChildProcess.Run("NeuralRanking", ["--docs", documents, "--queries", queries, "--qrels", judgements, "--folds", "2", "--depth", "3", "--model", "none", "--set", "FirstStage.K1=0.9"]);
        Assert.AreEqual(0, run.ExitCode, run.Errors);
        StringAssert.StartsWith(run.OutputLines[0], "Of the judged queries 1 are not among the queries, and 2 judgements are");
        // Of 4 judged queries: a is right, b finds one of two, c finds 4 second to the shorter 1 or first, z is missing.
        var map = Figures(run.OutputLines.TakeLast(5))["bm25_map"];
        Assert.AreEqual((1 + .5 + .5) / 4, map, 1e-6);
    }

    [TestMethod]
    public void Pairs_AreRankedByQuestion()
    {
        var pairs = Write("pairs.tsv", "who won\tthe winning team won\t1\nwho won\tit rained\t0\nwhat rained\tnobody\t0\nwhat rained\tit rained\t0\nwho came\tx\t1\nwho came\ty\t0\n");
        var run = ChildProcess.Run("NeuralRanking", ["--pairs", pairs]);
        Assert.AreEqual(0, run.ExitCode, run.Errors);
        CollectionAssert.AreEqual(new[] { "1 questions without a right answer are left out.", "map: 0.875", "mrr: 0.875" }, run.OutputLines.ToArray());
    }

    [TestMethod]
    [DataRow("belong together", "--docs", "good")]
    [DataRow("there is no file", "--pairs", "nowhere")]
    [DataRow("There is no model 'Nobody'", "--model", "Nobody")]
    [DataRow("there is no folder 'nowhere'", "--encoder", "nowhere")]
    [DataRow("Architecture: it is what --model names", "--set", "Architecture=Drmm")]
    [DataRow("NeuralRankingOptions has no option 'Listsice'", "--set", "Listsice=3")]
    [DataRow("--folds is 1; it must be at least 2", "--folds", "1")]
    [DataRow("--depth is 0; it must be at least 1", "--depth", "0")]
    [DataRow("it is chosen by the training folds", "--set", "FirstStage.Feedback.Terms=3")]
    [DataRow("K1 is -1", "--set", "FirstStage.K1=-1")]
    [DataRow("line 2: each line is a question", "--pairs", "bad")]
    public void WrongArguments_AreRefusedInOneLine(string fragment, string name, string value)
    {
        var good = Write("good.tsv", "1\ttext\n");
        var bad = Write("bad.tsv", "q\ta\t1\nq\ta\n");
        var run = ChildProcess.Run("NeuralRanking", [name, value == "good" ? good : value == "bad" ? bad : value]);
        Assert.AreEqual(1, run.ExitCode);
        Assert.HasCount(1, run.ErrorLines, run.Errors);
        StringAssert.Contains(run.Errors, fragment);
    }

    [TestMethod]
    [DataRow("1 text", "there is no id before a tab")]
    [DataRow("1\ta\n1\tb", "line 2: the id '1' is there already")]
    public void ABadLine_IsNamed(string text, string fragment)
    {
        var file = Write("file.tsv", text);
        var run = ChildProcess.Run("NeuralRanking", ["--docs", file, "--queries", file, "--qrels", file]);
        Assert.AreEqual(1, run.ExitCode);
        StringAssert.Contains(run.Errors, fragment);
    }

    private static Dictionary<string, double> Figures(IEnumerable<string> lines) =>
        lines.Select(line => line.Split(": ")).ToDictionary(parts => parts[0], parts => double.Parse(parts[1], CultureInfo.InvariantCulture));

    private string Write(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        return path;
    }
}
