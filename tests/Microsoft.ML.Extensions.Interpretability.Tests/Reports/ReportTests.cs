using System.Diagnostics;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Interpretability.Tests.Attributions;
using Microsoft.ML.Extensions.Tasks;
using Microsoft.ML.Extensions.Torch;
using SkiaSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Interpretability.Tests.Reports;

[TestClass]
public sealed partial class ReportTests
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), $"{Path.GetRandomFileName()}.html");

    [TestCleanup]
    public void Delete() => File.Delete(_path);

    [TestMethod]
    public void Classes_HaveEverySection()
    {
        var page = Page(Named, Values, "Class");
        var titles = Titles(page);
        CollectionAssert.AreEqual(
            new[] { "Metrics", "Classes", "Confusion", "Curves", "Worst rows", "Importance of channels", "Explanations of the worst rows", "Training", "Options" }, titles);
        // Thirty rows, of which one of each class is wrong.
        Assert.AreEqual("0.9", Cell(page, "Accuracy"));
        Assert.AreEqual("30", Cell(page, "Rows with a label"));
        Assert.AreEqual("<one>", page.Descendants("tr").Single(row => row.Elements("td").Count() == 6 && row.Value.StartsWith("<one>", StringComparison.Ordinal))
            .Elements("td").First().Value);
        var captions = page.Descendants("figcaption").Select(one => one.Value).ToArray();
        CollectionAssert.IsSubsetOf(
            new[] { "ROC: each class against the others", "Calibration: rows by their highest probability", "Loss by epoch", "Validation accuracy by epoch" }, captions);
        // The worst row is the first of those that are wrong.
        Assert.AreEqual(3, captions.Count(caption => caption.StartsWith("Row ", StringComparison.Ordinal)));
        Assert.IsTrue(page.Descendants("rect").Any());
    }

    [TestMethod]
    public void BinaryModel_IsOfTwoClasses()
    {
        var page = Page(PlantedModel.Binary, values => values.select(1, 0).select(1, 1).unsqueeze(1), "Positive");
        Assert.IsNotNull(Cell(page, "False"));
        Assert.IsNotNull(Cell(page, "True"));
        Assert.IsFalse(page.ToString().Contains("NaN", StringComparison.Ordinal));
    }

    [TestMethod]
    public void Numbers_HaveErrorsAndTheTruth()
    {
        var page = Page(PlantedModel.Numbers, values => values.select(1, 0).select(1, 1).unsqueeze(1), "Number");
        CollectionAssert.Contains(Titles(page), "Predicted and true numbers");
        // Scores are twice the second channel and 5; labels are the second channel.
        var expected = Math.Sqrt(Data().Average(row => Math.Pow(row.Features[1] + 5, 2)));
        Assert.AreEqual(ReportTable.Number(expected), Cell(page, "Root mean squared error"));
    }

    [TestMethod]
    public void Forecasts_AreShownBesideTheTruth()
    {
        var rows = Enumerable.Range(0, 9).Select(row => new ScoredRow(row, [row, row + 1], [row, (2 * row) + 1])).ToArray();
        var html = ForecastSection.ToHtml(new ScoredRows(ReportKind.Forecasts, rows, 0, AreAll: true), new ReportOptions());
        var section = XDocument.Parse($"<body>{html}</body>");
        Assert.AreEqual("2", Cell(section, "Mean absolute error"));
        // From the best to the worst.
        CollectionAssert.AreEqual(
            new[] { "Mean absolute error of each value", "Row 0: mean absolute error 0", "Row 2: mean absolute error 1", "Row 5: mean absolute error 2.5", "Row 8: mean absolute error 4" },
            section.Descendants("figcaption").Select(one => one.Value).ToArray());
    }

    [TestMethod]
    public void WhatIsNotAskedFor_IsNotThere()
    {
        var options = new ReportOptions { LabelColumnName = "Class", PermutationCount = 0, ExplainedRows = 0, WorstRows = 0, MaxRows = 10, Title = "A & B" };
        var page = Page(Named, Values, "Class", options);
        CollectionAssert.AreEqual(new[] { "Metrics", "Classes", "Confusion", "Curves", "Training", "Options" }, Titles(page));
        Assert.AreEqual("10, the first of more", Cell(page, "Rows with a label"));
        Assert.AreEqual("A & B", page.Descendants("h1").Single().Value);
    }

    [TestMethod]
    public void WhatHasNoReport_IsRefused()
    {
        var ml = new MLContext(1);
        var data = ml.Data.LoadFromEnumerable(Data());
        using var model = Model(PlantedModel.Numbers, values => values.select(1, 0).select(1, 1).unsqueeze(1));
        var foreign = ml.Transforms.CopyColumns("Copy", "Features").Fit(data);
        Assert.Throws<ArgumentException>(() => ml.Model.Report(foreign, data, _path));
        Assert.Throws<ArgumentOutOfRangeException>(() => ml.Model.Report(model, data, _path));
        Assert.Throws<NotSupportedException>(() => ml.Model.Report(model, data, _path, new() { LabelColumnName = "Class" }));
        Assert.Throws<ArgumentException>(() => ml.Model.Report(model, data, _path, new() { MaxRows = 0 }));
        var unlabelled = ml.Data.LoadFromEnumerable(Data().Select(row => new ReportRow { Features = row.Features, Number = float.NaN }));
        Assert.Throws<InvalidOperationException>(() => ml.Model.Report(model, unlabelled, _path, new() { LabelColumnName = "Number" }));
        Assert.IsFalse(File.Exists(_path));
    }

    [TestMethod]
    public void Browser_ShowsThePage_LightAndDark()
    {
        var browser = new[] { "chromium", "chromium-browser", "google-chrome" }
            .SelectMany(name => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Select(folder => Path.Combine(folder, name)))
            .FirstOrDefault(File.Exists);
        if (browser is null)
        {
            Assert.Inconclusive("There is no Chromium on this machine.");
        }
        Page(Named, Values, "Class");
        var light = Shot(browser, "--blink-settings=preferredColorScheme=1");
        var dark = Shot(browser, "--blink-settings=preferredColorScheme=0");
        Assert.AreEqual(new SKColor(0xff, 0xff, 0xff), light.GetPixel(2, 2));
        Assert.AreEqual(new SKColor(0x17, 0x17, 0x1b), dark.GetPixel(2, 2));
        // The line of the first class.
        Assert.IsTrue(light.Pixels.Contains(new SKColor(0x2f, 0x6f, 0xdd)));
        Assert.IsTrue(dark.Pixels.Contains(new SKColor(0x6e, 0xa0, 0xff)));
    }

    private SKBitmap Shot(string browser, string setting)
    {
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            var picture = Path.Combine(folder.FullName, "page.png");
            string[] arguments =
            [
                "--headless", "--no-sandbox", "--disable-gpu", $"--user-data-dir={folder.FullName}", "--window-size=1200,3200", setting,
                $"--screenshot={picture}", new Uri(_path).AbsoluteUri,
            ];
            var start = new ProcessStartInfo(browser, arguments) { RedirectStandardError = true, RedirectStandardOutput = true };
            using var process = Process.Start(start)!;
            var output = process.StandardOutput.ReadToEndAsync();
            var errors = process.StandardError.ReadToEnd();
            Assert.IsTrue(process.WaitForExit(TimeSpan.FromSeconds(50)));
            Assert.IsTrue(File.Exists(picture), output.Result + errors);
            return SKBitmap.Decode(picture);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private XDocument Page(TaskHead head, Func<Tensor, Tensor> outputs, string label, ReportOptions? options = null)
    {
        var ml = new MLContext(1);
        using var model = Model(head, outputs);
        ml.Model.Report(model, ml.Data.LoadFromEnumerable(Data()), _path, options ?? new() { LabelColumnName = label });
        var text = File.ReadAllText(_path);
        Assert.IsFalse(External().IsMatch(text), "The page refers to something outside itself.");
        return XDocument.Parse(text);
    }

    private static NetworkTransformer Model(TaskHead head, Func<Tensor, Tensor> outputs) => PlantedModel.Of(head, outputs,
        history: [.. Enumerable.Range(1, 5).Select(epoch => new TrainingProgress(epoch, 5, 1.0 / epoch, 1.5 / epoch, 0.01, 100) { Network = 1, NetworkEpoch = epoch, ValidationAccuracy = 0.5 })]);

    private static TaskHead Named { get; } = new MulticlassHead(new HeadDescription("Multiclass", 3, new KeyNames("String", ["<one>", "two & more", "\"three\""])));

    // The first channel of the first step says the class.
    private static Tensor Values(Tensor values) => tensor(new float[] { 0, 1, 2 }).Minus(values.select(1, 0).narrow(1, 0, 1)).abs().Scaled(-3);

    private static ReportRow[] Data() =>
    [
        .. Enumerable.Range(0, 30).Select(row => new ReportRow
        {
            Class = (uint)(row % 3),
            Features = [row < 3 ? (row + 1) % 3 : row % 3, row - 15, row % 4, 1],
            Positive = row > 16,
            Number = row - 15,
        }),
    ];

    private static string[] Titles(XDocument page) => [.. page.Descendants("h2").Select(title => title.Value)];

    private static string Cell(XDocument page, string name) =>
        page.Descendants("tr").First(row => row.Elements("td").FirstOrDefault()?.Value == name).Elements("td").ElementAt(1).Value;

    [GeneratedRegex("https?:|src=|href=|url\\(|@import|<script|<link")]
    private static partial Regex External();

    private sealed class ReportRow
    {
        [VectorType(0, 2)]
        public float[] Features { get; set; } = [];

        [KeyType(3)]
        public uint Class { get; set; }

        public bool Positive { get; set; }

        public float Number { get; set; }
    }
}
