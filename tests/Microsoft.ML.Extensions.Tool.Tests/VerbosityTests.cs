namespace Microsoft.ML.Extensions.Tool.Tests;

/// <summary>How much a command shows.</summary>
[TestClass]
public sealed class VerbosityTests
{
    private readonly ToolFolder _folder = new();

    [TestCleanup]
    public void Delete() => _folder.Dispose();

    [TestMethod]
    [DataRow("q")]
    [DataRow("quiet")]
    public void Quiet_ShowsResultsAlone(string verbosity)
    {
        var output = Train("-v", verbosity);
        foreach (var line in output.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            Assert.MatchesRegex(@"^\w+: ", line);
        }
        Assert.Contains("r_squared: ", output);
    }

    [TestMethod]
    public void Minimal_IsTheDefault() => Assert.AreEqual(WithoutTimes(Train()), WithoutTimes(Train("--verbosity", "minimal")));

    [TestMethod]
    public void Diagnostic_ShowsTheMessagesOfMLNet()
    {
        var (code, output, errors) = ToolFolder.Run([.. Arguments, "-v", "diag"]);
        Assert.AreEqual(0, code);
        Assert.Contains("taken for", output);
        Assert.Contains("LightGBM", errors);
    }

    [TestMethod]
    public void UnknownVerbosity_IsRefused() => Assert.Contains("'loud'", ToolFolder.Fail([.. Arguments, "-v", "loud"]));

    [TestMethod]
    public void ColumnsOfAModel_AreAResult()
    {
        Train();
        var output = ToolFolder.Succeed("info", "--model", Directory.GetFiles(_folder.Path, "*.zip", SearchOption.AllDirectories).Single(), "-v", "quiet");
        Assert.Contains("is read as", output);
    }

    private string[] Arguments =>
    [
        "train", "regression", "-d", _folder.WriteLines("t.csv", ToolData.Numbers(60)), "--trainer", "LightGbm", "-o", _folder.Path, "--force",
    ];

    private string Train(params string[] more) => ToolFolder.Succeed([.. Arguments, .. more]);

    private static string WithoutTimes(string output) => string.Join('\n', output.Split('\n').Where(line => !line.StartsWith("fit_seconds", StringComparison.Ordinal)));
}
