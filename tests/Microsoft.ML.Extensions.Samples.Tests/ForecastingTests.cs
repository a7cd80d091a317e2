using System.Globalization;
using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Samples.Tests;

[TestClass]
public sealed class ForecastingTests
{
    private readonly string _folder = Directory.CreateTempSubdirectory("forecast-").FullName;

    [TestCleanup]
    public void Delete() => Directory.Delete(_folder, recursive: true);

    [TestMethod, Trained]
    public void Csv_IsForecastMeasuredAndDrawn()
    {
        var csv = Path.Combine(_folder, "series.csv");
        var random = new Random(TrainedSeed.From(1));
        File.WriteAllLines(csv, ["date,a,b", .. Enumerable.Range(0, 300).Select(t => string.Create(CultureInfo.InvariantCulture,
            $"2020-01-01 {t},{Math.Sin(t / 3.0) + (0.1 * random.NextDouble())},{5 + t % 12}"))]);
        var picture = Path.Combine(_folder, "picture.png");

        var run = ChildProcess.Run("Forecasting", [
            "--csv", csv, "--seed", $"{TrainedSeed.From(1)}", "--history", "24", "--horizon", "6", "--split", "200,40,60", "--season",
                "12", "--plot", picture,
            "--set", "Training.Epochs=1", "--set", "EnsembleSize=1", "--set", "HiddenSize=8"]);

        Assert.AreEqual(0, run.ExitCode, run.Errors);
        var figures = run.OutputLines.TakeLast(5).Select(line => line.Split(": "))
            .ToDictionary(parts => parts[0], parts => double.Parse(parts[1], CultureInfo.InvariantCulture));
        CollectionAssert.AreEqual(new[] { "mse", "mae", "seasonal_naive_mse", "linear_mse", "fit_seconds" }, figures.Keys.ToArray());
        TrainedBound.Below(figures["mse"], 0.1, "squared error");
        TrainedBound.Below(figures["linear_mse"], 0.1, "squared error of the linear model");
        Assert.Contains("Left out, because they hold no numbers: date.", run.OutputLines);
        Assert.IsGreaterThan(0.3, figures["seasonal_naive_mse"], "the first series has another period");
        CollectionAssert.AreEqual(new byte[] { 0x89, (byte)'P', (byte)'N', (byte)'G' }, File.ReadAllBytes(picture)[..4]);
    }

    [TestMethod]
    [DataRow("line 4, row 3, column 2: there is no number but 'null', a missing value; a forecast needs a number in every row (column 'a')", "null")]
    [DataRow("line 4, row 3, column 2: there is no number of the plain form but '12%'", "12%")]
    [DataRow("line 4, row 3, column 2: there is no number but 'inf', where", "inf")]
    public void ValueThatIsNoNumber_IsNamedInOneLine(string fragment, string cell)
    {
        var csv = Path.Combine(_folder, "series.csv");
        File.WriteAllLines(csv, ["date;a", .. Enumerable.Range(0, 300).Select(t => $"x;{(t == 2 ? cell : t)}")]);

        var run = ChildProcess.Run("Forecasting", ["--csv", csv]);

        Assert.AreEqual(1, run.ExitCode);
        Assert.HasCount(1, run.ErrorLines, run.Errors);
        StringAssert.Contains(run.Errors, fragment);
    }

    [TestMethod]
    [DataRow("--split asks for 900 rows", "--split", "300,300,300")]
    [DataRow("too small", "--split", "20,20,20")]
    [DataRow("three numbers of rows", "--split", "1,2")]
    [DataRow("--horizon is 0", "--horizon", "0")]
    [DataRow("no trainer 'Nobody'", "--trainer", "Nobody")]
    [DataRow("row 2, column 2: there is no number", "--csv", "broken")]
    public void WrongArguments_AreRefusedInOneLine(string fragment, string name, string value)
    {
        var csv = Path.Combine(_folder, value == "broken" ? "broken.csv" : "series.csv");
        File.WriteAllLines(csv, ["date,a", "x,1", .. Enumerable.Range(0, 300).Select(t => t == 0 && value == "broken" ? "y,z" : $"x,{t}")]);

        var run = ChildProcess.Run("Forecasting", name == "--csv" ? ["--csv", csv] : ["--csv", csv, name, value]);

        Assert.AreEqual(1, run.ExitCode);
        Assert.HasCount(1, run.ErrorLines, run.Errors);
        StringAssert.Contains(run.Errors, fragment);
    }
}
