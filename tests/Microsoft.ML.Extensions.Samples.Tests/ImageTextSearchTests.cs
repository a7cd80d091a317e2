using System.Globalization;
using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Samples.Tests;

[TestClass]
public sealed class ImageTextSearchTests
{
    private static readonly string[] s_figures =
    [
        "image_search_r1", "image_search_r5", "image_search_r10", "annotation_r1", "annotation_r5", "annotation_r10", "median_rank",
        "annotation_median_rank", "fit_seconds",
    ];

    private readonly string _folder = Directory.CreateTempSubdirectory("search-").FullName;

    [TestCleanup]
    public void Delete() => Directory.Delete(_folder, recursive: true);

    [TestMethod, Trained]
    public void WithoutArguments_DrawnImagesAreFoundByTheirSentences()
    {
        var page = Path.Combine(_folder, "page.html");
        var run = ChildProcess.Run(
            "ImageTextSearch", ["--report", page, "--seed", $"{TrainedSeed.From(1)}", "--set", "Training.Epochs=12"]);
        Assert.AreEqual(0, run.ExitCode, run.Errors);
        var figures = run.OutputLines.TakeLast(s_figures.Length).Select(line => line.Split(": "))
            .ToDictionary(parts => parts[0], parts => double.Parse(parts[1], CultureInfo.InvariantCulture));
        CollectionAssert.AreEqual(s_figures, figures.Keys.ToArray());
        // Of 80 images; by chance an eighth.
        TrainedBound.AtLeast(figures["image_search_r10"], 0.5, "R@10 of image search");
        var html = File.ReadAllText(page);
        Assert.AreEqual(20, html.Split("<h2>").Length - 1);
        Assert.AreEqual(120, html.Split("src=\"data:image/png;base64,").Length - 1);
        Assert.DoesNotContain("http", html, "the page is one file");
    }

    [TestMethod]
    [DataRow("--pairs: there is no file 'nowhere'", "--pairs", "nowhere")]
    [DataRow("--test-fraction is 1", "--test-fraction", "1")]
    [DataRow("no option 'Nothing'", "--set", "Nothing=1")]
    public void WrongArguments_AreOneLine(string expected, params string[] arguments)
    {
        var run = ChildProcess.Run("ImageTextSearch", arguments);
        Assert.AreEqual(1, run.ExitCode);
        Assert.Contains(expected, run.Errors);
    }

    [TestMethod]
    public void ALineOfAnotherForm_IsNamed()
    {
        var file = Path.Combine(_folder, "pairs.tsv");
        File.WriteAllText(file, "a.png\ta thing\nb.png\n");
        var run = ChildProcess.Run("ImageTextSearch", ["--pairs", file]);
        Assert.AreEqual(1, run.ExitCode);
        Assert.Contains("line 2: each line is the path of an image, a tab and a sentence", run.Errors);
    }
}
