using System.Text.RegularExpressions;

namespace Microsoft.ML.Extensions.Samples.Tests;

/// <summary>The samples' programs as a user copies them, with the classes beside them that they need.</summary>
[TestClass]
public sealed partial class ProgramTests
{
    private const string TakesArguments = "if (args.Length > 0) { return WithOptions.Run(args); }";

    // Of the shared project, what a user would have: the data.
    private static readonly string[] s_data = [nameof(CylinderBellFunnel), nameof(Series), nameof(Prediction)];

    private static readonly string[] s_harness =
        [.. typeof(Sample).Assembly.GetTypes().Where(type => !type.IsNested).Select(type => type.Name.Split('`')[0]).Except(s_data)];

    private static readonly string s_samples = Folder();

    public static IEnumerable<string> Samples => Directory.GetFiles(s_samples, "WithOptions.cs", SearchOption.AllDirectories)
        .Select(file => Path.GetFileName(Path.GetDirectoryName(file)!));

    [TestMethod]
    public void Samples_AreFound()
    {
        Assert.IsGreaterThanOrEqualTo(11, Samples.Count());
        Assert.Contains(nameof(Figures), s_harness);
        Assert.Contains(nameof(TrainerTable), s_harness);
    }

    [TestMethod]
    [DynamicData(nameof(Samples))]
    public void Program_IsShort_AndLeavesArgumentsToOneLine(string sample)
    {
        var lines = File.ReadAllLines(Path.Combine(s_samples, sample, "Program.cs"));

        Assert.IsTrue(lines.Length is >= 25 and <= 80, $"{lines.Length} lines");
        Assert.AreEqual(TakesArguments, string.Join('\n', lines.Select(WithoutComment).Where(line => Words(line).Overlaps(["args", "WithOptions"]))));
    }

    [TestMethod]
    [DynamicData(nameof(Samples))]
    public void Program_AndWhatItNeeds_UseNoHarness(string sample)
    {
        var files = Directory.GetFiles(Path.Combine(s_samples, sample), "*.cs")
            .Concat(s_data.Select(type => Path.Combine(s_samples, "Shared", $"{type}.cs")))
            .ToDictionary(file => file, file => Words(string.Join('\n', File.ReadLines(file).Select(WithoutComment).Where(line => line != TakesArguments))));
        var needed = new HashSet<string> { Path.Combine(s_samples, sample, "Program.cs") };
        for (var count = 0; count < needed.Count;)
        {
            count = needed.Count;
            needed.UnionWith(files.Keys.Where(file => needed.Any(user => Declared(file).Any(files[user].Contains))).ToList());
        }

        string[] uses = [.. needed.SelectMany(file => files[file].Intersect(s_harness).Select(type => $"{Path.GetFileName(file)}: {type}"))];
        Assert.AreEqual("", string.Join('\n', uses));
    }

    private static string WithoutComment(string line) => Comment().Replace(line, "").TrimEnd();

    private static HashSet<string> Words(string code) => [.. Word().Matches(code).Select(word => word.Value)];

    private static IEnumerable<string> Declared(string file) => Type().Matches(File.ReadAllText(file)).Select(type => type.Groups[1].Value);

    private static string Folder()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Microsoft.ML.Extensions.slnx")))
        {
            folder = folder.Parent!;
        }
        return Path.Combine(folder.FullName, "samples");
    }

    [GeneratedRegex("//.*$")]
    private static partial Regex Comment();

    [GeneratedRegex(@"\w+")]
    private static partial Regex Word();

    [GeneratedRegex(@"^\w[\w ]* (?:class|record|struct) (\w+)", RegexOptions.Multiline)]
    private static partial Regex Type();
}
