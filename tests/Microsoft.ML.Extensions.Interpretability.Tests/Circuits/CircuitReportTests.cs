using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Microsoft.ML.Extensions.Interpretability.Tests.Circuits;

[TestClass]
public sealed class CircuitReportTests
{
    private static readonly CompiledTransformer Compiled = KnownCircuits.Compile("sort");
    private static readonly CircuitTask Task = Compiled.ToTask(16);
    private static readonly Circuit Found = new SparseAutoencoderCircuit(new CircuitFinderOptions { Epochs = 100, Threshold = 0.001 })
        .Find(Compiled.Model, Task);

    [ClassCleanup]
    public static void Free() => Compiled.Dispose();

    [TestMethod]
    public void Page_HasEveryHeadByScore_TheChosenOnesMarked_AndAGraph()
    {
        var page = XDocument.Parse(Body(new CircuitReport(Found).ToHtml()));
        var rows = page.Descendants("tr").Skip(1).ToArray();
        CollectionAssert.AreEqual(
            Found.Heads.Select(head => $"{head.Head}").ToArray(), rows.Select(row => row.Elements("td").First().Value).ToArray());
        CollectionAssert.AreEqual(
            Found.Heads.Select(head => head.Selected).ToArray(), rows.Select(row => row.Attribute("class")?.Value == "chosen").ToArray());
        var svg = page.Descendants("svg").Single();
        Assert.HasCount(Compiled.Model.Config.Layers * (Compiled.Model.Config.Heads + 1) + 2, svg.Elements("circle"));
        var edges = Found.Edges().Where(edge => edge.Value > 0).Select(edge => $"{edge.Key}").ToArray();
        CollectionAssert.AreEquivalent(
            edges.Take(60).ToArray(), svg.Elements("path").Select(path => path.Element("title")!.Value.Split(':')[0]).ToArray());
    }

    [TestMethod]
    public void Summary_SaysWhatTheCircuitDoes_BesideRandomOnes()
    {
        Assert.IsTrue(Found.IsHeldOut);
        var html = new CircuitReport(Found).ToHtml();
        StringAssert.Contains(html, "What the circuit does");
        StringAssert.Contains(
            html, FormattableString.Invariant(
                $"change by {Found.Effect!.Change:G4}, and by {Found.Effect.RandomChange:G4} without as many drawn at random, on {Found.Effect.Examples} held-out examples"));
        StringAssert.Contains(html, "is the circuit itself");
        StringAssert.Contains(html, "What the labels say");
    }

    [TestMethod]
    public void Summary_SaysHeldOut_OnlyWhereSomethingIs()
    {
        var published = CircuitFinderOptions.Published();
        (published.Epochs, published.RandomCircuits) = (20, 5);
        var circuit = new SparseAutoencoderCircuit(published).Find(Compiled.Model, Task);
        Assert.IsFalse(circuit.IsHeldOut);
        var html = new CircuitReport(circuit).ToHtml();
        Assert.DoesNotContain("held-out", html);
        StringAssert.Contains(html, "examples that it was found on");
    }

    [TestMethod]
    public void Edges_AreNoMoreThanAskedFor()
    {
        var page = XDocument.Parse(Body(new CircuitReport(Found, new CircuitReportOptions { Edges = 2 }).ToHtml()));
        Assert.HasCount(2, page.Descendants("path"));
    }

    [TestMethod]
    public void Example_AddsAttentionOfChosenHeads_AsLargeAsAskedFor()
    {
        var report = new CircuitReport(Found, new CircuitReportOptions { Patterns = 1, PatternTokens = 3 });
        Assert.DoesNotContain("figure>", report.ToHtml());
        report.AddExample(Compiled.Model, Task.Positives[0].Tokens);
        var page = XDocument.Parse(Body(report.ToHtml()));
        var figure = page.Descendants("figure").Single();
        Assert.AreEqual($"{Found.Heads[0].Head}", figure.Element("figcaption")!.Value);
        Assert.HasCount(6, figure.Descendants("text"));
        Assert.IsLessThanOrEqualTo(9, figure.Descendants("rect").Count());
    }

    [TestMethod]
    public void Texts_AreEscaped_NothingIsFetched_AndNumbersHavePoints()
    {
        var before = CultureInfo.CurrentCulture;
        var withCommas = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        withCommas.NumberFormat.NumberDecimalSeparator = ",";
        CultureInfo.CurrentCulture = withCommas;
        try
        {
            var report = new CircuitReport(Found, new CircuitReportOptions { Title = "<b>&\"" });
            report.AddExample(Compiled.Model, [3, 0, 1], TransformerTokenizer.OfWords(["<script>", "&", "c", "d"]));
            var html = report.ToHtml();
            StringAssert.Contains(html, "<h1>&lt;b&gt;&amp;&quot;</h1>");
            StringAssert.Contains(html, "&lt;script&gt;");
            Assert.DoesNotContain("<script", html);
            Assert.DoesNotContain("http", html);
            Assert.IsFalse(Regex.IsMatch(html, @"\d,\d"), "A number has a comma.");
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [TestMethod]
    public void Save_WritesTheWholePage_OrNothing()
    {
        var folder = Directory.CreateTempSubdirectory("report-").FullName;
        try
        {
            var report = new CircuitReport(Found);
            report.Save(Path.Combine(folder, "circuit.html"));
            Assert.AreEqual(report.ToHtml(), File.ReadAllText(Path.Combine(folder, "circuit.html")));
            Assert.ThrowsExactly<IOException>(() => report.Save(Path.Combine(folder, "nowhere", "circuit.html")));
            Assert.HasCount(1, Directory.GetFileSystemEntries(folder));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [TestMethod]
    public void Options_ThatAreNotAllowed_AreNamed() => StringAssert.Contains(
        Assert.Throws<ArgumentException>(() => new CircuitReport(Found, new CircuitReportOptions { Edges = -1 }))
            .Message, nameof(CircuitReportOptions.Edges));

    // As XML, which the page is but for its first lines.
    private static string Body(string html) =>
        html[html.IndexOf("<body>", StringComparison.Ordinal)..html.IndexOf("</html>", StringComparison.Ordinal)];
}
