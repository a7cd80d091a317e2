using System.Globalization;
using Microsoft.ML.Extensions.Interpretability;
using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Samples.Tests;

[TestClass]
public sealed class CircuitFinderTests
{
    private readonly string _folder = Directory.CreateTempSubdirectory("circuit-").FullName;

    [TestCleanup]
    public void Delete() => Directory.Delete(_folder, recursive: true);

    [TestMethod, Trained]
    public void NoArguments_FindTheCircuitOfACompiledProgram()
    {
        var report = Path.Combine(_folder, "circuit.html");
        var run = ChildProcess.Run("CircuitFinder", ["--report", report, "--set", $"Seed={TrainedSeed.From(1)}"]);

        Assert.AreEqual(0, run.ExitCode, run.Errors);
        var figures = Figures(run.OutputLines.TakeLast(3));
        CollectionAssert.AreEqual(new[] { "node_auc", "edge_auc", "seconds" }, figures.Keys.ToArray());
        TrainedBound.AtLeast(figures["node_auc"], 1, "area of the heads");
        TrainedBound.Above(figures["edge_auc"], 0.95, "area of the edges");
        StringAssert.Contains(File.ReadAllText(report), "<svg");
        // A circuit that is known and found is not reported as a failure: what it does comes first, labelled apart from what labels say.
        var effect = run.OutputLines.Single(line => line.StartsWith("without the circuit's heads", StringComparison.Ordinal));
        var numbers = System.Text.RegularExpressions.Regex.Matches(effect, @"[\d.]+(E[+-]\d+)?")
            .Select(match => double.Parse(match.Value, CultureInfo.InvariantCulture)).ToArray();
        TrainedBound.Above(numbers[0] / numbers[1], 2, "change over that of random heads");
        StringAssert.Contains(File.ReadAllText(report), "What the circuit does");
    }

    [TestMethod]
    public void ModelAndTextsOfOnesOwn_WithATruth_AreMeasured()
    {
        var (model, positive, negative) = Write();
        var truth = Path.Combine(_folder, "truth.txt");
        File.WriteAllLines(truth, ["L0H1", "", "L0H1 -> L1H0", "input -> L0H1", "L1H0 -> output"]);
        var run = ChildProcess.Run(
            "CircuitFinder", ["--model", model, "--positive", positive, "--negative", negative, "--truth", truth, "--set", "Epochs=20",
                "--report", Path.Combine(_folder, "c.html")]);

        Assert.AreEqual(0, run.ExitCode, run.Errors);
        var figures = Figures(run.OutputLines.TakeLast(3));
        Assert.IsTrue(figures["node_auc"] is >= 0 and <= 1 && figures["edge_auc"] is >= 0 and <= 1);
        Assert.HasCount(4, run.OutputLines.Where(line => line.Contains(": score", StringComparison.Ordinal)));
    }

    [TestMethod]
    [DataRow("--positive is missing", "--model", "here")]
    [DataRow("there is no file 'nowhere.txt'", "--truth", "nowhere.txt")]
    [DataRow("has no option 'Feature'; the nearest are Features", "--set", "Feature=3")]
    public void WrongArguments_AreRefusedInOneLine(string fragment, string name, string value)
    {
        var run = ChildProcess.Run("CircuitFinder", [name, value, "--report", Path.Combine(_folder, "c.html")]);

        Assert.AreEqual(1, run.ExitCode);
        Assert.HasCount(1, run.ErrorLines, run.Errors);
        StringAssert.Contains(run.Errors, fragment);
    }

    [TestMethod]
    public void LineOfTruthThatIsNone_IsNamed()
    {
        var truth = Path.Combine(_folder, "truth.txt");
        File.WriteAllLines(truth, ["L0H1", "head 3"]);
        var run = ChildProcess.Run("CircuitFinder", ["--truth", truth, "--report", Path.Combine(_folder, "c.html")]);

        Assert.AreEqual(1, run.ExitCode);
        StringAssert.Contains(run.Errors, "line 2");
    }

    private (string Model, string Positive, string Negative) Write()
    {
        string[] words = ["a", "b", "c", "d", "e"];
        var folder = Path.Combine(_folder, "model");
        using var model = TransformerModel.CreateRandom(
            new TransformerConfig
            {
                Layers = 2,
                Heads = 2,
                ModelWidth = 8,
                HeadWidth = 4,
                MlpWidth = 8,
                Vocabulary = words.Length,
                Context = 8
            }, seed: 1);
        model.Save(folder);
        TransformerTokenizer.OfWords(words).Save(folder);
        var random = new Random(1);
        string Text(bool positive)
        {
            var chosen = Enumerable.Range(0, 4).Select(_ => words[random.Next(words.Length)]).ToArray();
            return string.Join(' ', positive ? [.. chosen, chosen[0]] : chosen);
        }
        var (positives, negatives) = (Path.Combine(_folder, "positive.txt"), Path.Combine(_folder, "negative.txt"));
        File.WriteAllLines(positives, Enumerable.Range(0, 20).Select(_ => Text(true)));
        File.WriteAllLines(negatives, Enumerable.Range(0, 20).Select(_ => Text(false)));
        return (folder, positives, negatives);
    }

    private static Dictionary<string, double> Figures(IEnumerable<string> lines) => lines.Select(line => line.Split(": "))
        .ToDictionary(parts => parts[0], parts => double.Parse(parts[1], CultureInfo.InvariantCulture));
}
