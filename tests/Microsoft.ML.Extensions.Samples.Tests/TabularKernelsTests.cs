using System.Globalization;
using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Samples.Tests;

[TestClass]
public sealed class TabularKernelsTests
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tabular-").FullName;

    [TestCleanup]
    public void Delete() => Directory.Delete(_folder, recursive: true);

    [TestMethod, Trained]
    [DataRow("none, the depth is finite")]
    [DataRow("SingularKernel", "--set", "InfiniteDepth=true", "--set", "NonNegative=true", "--set", "Activation=Optimal", "--set",
        "IntrinsicDimension=2")]
    [DataRow("NearestNeighbor", "--set", "InfiniteDepth=true", "--set", "NonNegative=true", "--set", "Activation=Hermite", "--set",
        "Coefficients=0,0,0,1")]
    public void TableOfNumbersAndTexts_WithMissingValues_IsClassified(string limit, params string[] settings)
    {
        var run = ChildProcess.Run("TabularKernels",
            ["--data", Write(), "--label", "kind, quoted", "--folds", "3", "--seed", $"{TrainedSeed.From(1)}", .. settings]);

        Assert.AreEqual(0, run.ExitCode, run.Errors);
        Assert.Contains($"limit: {limit}", run.OutputLines);
        var figures = run.OutputLines.TakeLast(3).Select(line => line.Split(": "))
            .ToDictionary(parts => parts[0], parts => double.Parse(parts[1], CultureInfo.InvariantCulture));
        CollectionAssert.AreEqual(new[] { "accuracy_mean", "accuracy_std", "fit_seconds" }, figures.Keys.ToArray());
        TrainedBound.Above(figures["accuracy_mean"], 0.9, "accuracy");
        TrainedBound.Below(figures["accuracy_std"], 0.1, "deviation of the folds' accuracies");
    }

    [TestMethod]
    [DataRow("no column 'nobody'", "--label", "nobody")]
    [DataRow("--folds is 1", "--folds", "1")]
    [DataRow("has no option 'Dept'; the nearest are Depth", "--set", "Dept=3")]
    [DataRow("Coefficients is '1,x'; allowed is numbers with commas between", "--set", "Coefficients=1,x")]
    public void WrongArguments_AreRefusedInOneLine(string fragment, string name, string value)
    {
        var run = ChildProcess.Run("TabularKernels", ["--data", Write(), name, value]);

        Assert.AreEqual(1, run.ExitCode);
        Assert.HasCount(1, run.ErrorLines, run.Errors);
        StringAssert.Contains(run.Errors, fragment);
    }

    // Two numbers whose sum tells the class, in 80 rows of another dialect each.
    [TestMethod, Trained]
    [DataRow(",", "null")]
    [DataRow(";", "")]
    [DataRow("\t", "N/A")]
    public void TableOfAnyDialect_GivesTheNumbers(string separator, string missing)
    {
        var random = new Random(TrainedSeed.From(2));
        var path = WriteLines([$"a{separator}b{separator}class{separator}", .. Enumerable.Range(0, 80).Select(row =>
        {
            var (a, b) = (random.NextDouble() * 4 - 2, random.NextDouble() * 4 - 2);
            return string.Create(CultureInfo.InvariantCulture,
                $"{(row == 7 ? missing : $"{a:f4}")}{separator}{b:f4}{separator}{(a + b > 0 ? "yes" : "no")}{separator}");
        })]);

        var run = ChildProcess.Run(
            "TabularKernels", ["--data", path, "--label", "class", "--folds", "2", "--seed", $"{TrainedSeed.From(1)}"]);

        Assert.AreEqual(0, run.ExitCode, run.Errors);
        var accuracy = run.OutputLines.Single(line => line.StartsWith("accuracy_mean", StringComparison.Ordinal)).Split(": ")[1];
        TrainedBound.Above(double.Parse(accuracy, CultureInfo.InvariantCulture), 0.8, "accuracy");
    }

    [TestMethod]
    [DataRow("has one column, 'class'; expected a class and at least one column more", "class", "yes", "no")]
    [DataRow("line 3, row 2, column 1: there is no number of the plain form but '12.5%'", "a,class", "12,yes", "12.5%,no")]
    [DataRow("To read the column as text: --text \"a\".", "a,class", "1,yes", "x,no")]
    [DataRow("no row has a class in column 'class'", "a,class", "1,", "2,?")]
    [DataRow("has no value beside the class", "a,class", "?,yes", ",no")]
    public void CellOrTable_ThatIsNotRead_IsNamedInOneLine(string fragment, params string[] lines)
    {
        var run = ChildProcess.Run("TabularKernels", ["--data", WriteLines(lines)]);

        Assert.AreEqual(1, run.ExitCode);
        Assert.HasCount(1, run.ErrorLines, run.Errors);
        StringAssert.Contains(run.Errors, fragment);
    }

    [TestMethod]
    public void ColumnNamedAsText_IsText()
    {
        var run = ChildProcess.Run("TabularKernels", ["--data", WriteLines(
            ["a,class", .. Enumerable.Range(0, 40).Select(row => row % 2 == 0 ? "1,yes" : "x,no")]), "--text", "a", "--folds", "2"]);

        Assert.AreEqual(0, run.ExitCode, run.Errors);
        Assert.Contains("accuracy_mean: 1", run.OutputLines);
    }

    // The class is told by the text, or where that is missing by the number.
    private string Write()
    {
        var random = new Random(TrainedSeed.From(1));
        return WriteLines(["number,\"kind, quoted\",text", .. Enumerable.Range(0, 90).Select(row =>
        {
            var isHigh = random.Next(2) == 1;
            var number = row % 10 == 0 ? "?" : string.Create(CultureInfo.InvariantCulture, $"{(isHigh ? 5 : 2) + random.NextDouble()}");
            return $"{number},{(isHigh ? "high" : "low")},{(row % 7 == 3 ? "" : isHigh ? "\"h, i\"" : "l")}";
        })]);
    }

    private string WriteLines(string[] lines)
    {
        var path = Path.Combine(_folder, "table.csv");
        File.WriteAllLines(path, lines);
        return path;
    }
}
