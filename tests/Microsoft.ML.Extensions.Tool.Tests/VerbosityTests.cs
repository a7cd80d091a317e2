namespace Microsoft.ML.Extensions.Tool.Tests;

/// <summary>How much a command shows, and the libtorch that it names.</summary>
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

    // The version is that of the package that this test runs on.
    [TestMethod]
    public void FetchedLibtorch_IsTorchSharps()
    {
        var carried = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Microsoft.ML.Extensions.Tool.Tests.deps.json"));
        var package = LibtorchPackage.Native("").Split(Path.DirectorySeparatorChar)[0];
        Assert.Contains($"\"{package}/{LibtorchPackage.Version}\"", carried);
    }

    private string[] Arguments =>
    [
        "train", "regression", "-d", _folder.WriteLines("t.csv", ToolData.Numbers(60)), "--trainer", "LightGbm", "-o", _folder.Path, "--force",
    ];

    private string Train(params string[] more) => ToolFolder.Succeed([.. Arguments, .. more]);

    private static string WithoutTimes(string output) => string.Join('\n', output.Split('\n').Where(line => !line.StartsWith("fit_seconds", StringComparison.Ordinal)));
}
