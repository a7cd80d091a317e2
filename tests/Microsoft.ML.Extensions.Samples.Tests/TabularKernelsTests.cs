using System.Globalization;
using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Samples.Tests;

[TestClass]
public sealed class TabularKernelsTests
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tabular-").FullName;

    [TestCleanup]
    public void Delete() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    [DataRow("none, the depth is finite")]
    [DataRow("SingularKernel", "--set", "InfiniteDepth=true", "--set", "NonNegative=true", "--set", "Activation=Optimal", "--set", "IntrinsicDimension=2")]
    [DataRow("NearestNeighbor", "--set", "InfiniteDepth=true", "--set", "NonNegative=true", "--set", "Activation=Hermite", "--set", "Coefficients=0,0,0,1")]
    public void TableOfNumbersAndTexts_WithMissingValues_IsClassified(string limit, params string[] settings)
    {
        var run = ChildProcess.Run("TabularKernels", ["--data", Write(), "--label", "kind, quoted", "--folds", "3", .. settings]);

        Assert.AreEqual(0, run.ExitCode, run.Errors);
        Assert.Contains($"limit: {limit}", run.OutputLines);
        var figures = run.OutputLines.TakeLast(3).Select(line => line.Split(": ")).ToDictionary(parts => parts[0], parts => double.Parse(parts[1], CultureInfo.InvariantCulture));
        CollectionAssert.AreEqual(new[] { "accuracy_mean", "accuracy_std", "fit_seconds" }, figures.Keys.ToArray());
        Assert.IsGreaterThan(0.9, figures["accuracy_mean"]);
        Assert.IsTrue(figures["accuracy_std"] is >= 0 and < 0.1);
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

    // The class is told by the text, or where that is missing by the number.
    private string Write()
    {
        var path = Path.Combine(_folder, "table.csv");
        var random = new Random(1);
        File.WriteAllLines(path, ["number,\"kind, quoted\",text", .. Enumerable.Range(0, 90).Select(row =>
        {
            var isHigh = random.Next(2) == 1;
            var number = row % 10 == 0 ? "?" : string.Create(CultureInfo.InvariantCulture, $"{(isHigh ? 5 : 2) + random.NextDouble()}");
            return $"{number},{(isHigh ? "high" : "low")},{(row % 7 == 3 ? "" : isHigh ? "\"h, i\"" : "l")}";
        })]);
        return path;
    }
}
