using System.Globalization;
using System.Xml.Linq;
using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Tests;
using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Interpretability.Tests.Representations;

/// <summary>Sums over batches and reports, from features made by hand.</summary>
[TestClass]
public sealed class RepresentationSimilarityTests
{
    private static readonly string[] s_layers = ["embedding", "blocks.0"];
    private static readonly string[] s_others = ["first", "second", "third"];

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void OneBatch_GivesTheAlignmentOfItsRows(bool unbiased)
    {
        using var scope = NewDisposeScope();
        var (first, second) = (Features(20, 2, 1), Features(20, 3, 2));
        var sums = Sums(unbiased, (first, second));
        for (var i = 0; i < first.Length; i++)
        {
            for (var j = 0; j < second.Length; j++)
            {
                Assert.AreEqual(Alignment(first[i], second[j], unbiased), sums.Of(i, j), 1e-9);
            }
        }
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void Batches_AverageTheEstimatesByTheirRows_AndNotTheirRatios(bool unbiased)
    {
        using var scope = NewDisposeScope();
        var (small, large) = ((Features(5, 1, 1), Features(5, 1, 2)), (Features(15, 1, 3), Features(15, 1, 4)));
        var sums = Sums(unbiased, small, large);
        var expected = Mean(small.Item1, small.Item2, large.Item1, large.Item2)
            / Math.Sqrt(Mean(small.Item1, small.Item1, large.Item1, large.Item1) * Mean(small.Item2, small.Item2, large.Item2, large.Item2));
        Assert.AreEqual(expected, sums.Of(0, 0), 1e-9);
        Assert.AreNotEqual(
            (Alignment(small.Item1[0], small.Item2[0], unbiased) + Alignment(large.Item1[0], large.Item2[0], unbiased)) / 2, sums.Of(0, 0), 1e-3);

        double Mean(Tensor[] one, Tensor[] two, Tensor[] three, Tensor[] four) =>
            ((5 * Estimate(one[0], two[0])) + (15 * Estimate(three[0], four[0]))) / 20;

        double Estimate(Tensor one, Tensor two) => KernelAlignment.Independence(
            KernelAlignment.Centred(one, unbiased), KernelAlignment.Centred(two, unbiased), unbiased).Item<double>();
    }

    [TestMethod]
    public void UnbiasedAlignment_DoesNotDependOnTheBatch_AndTheBiasedOneDoes()
    {
        using var scope = NewDisposeScope();
        var (first, second) = (Features(2000, 1, 1, features: 30), Features(2000, 1, 2, features: 30));
        second = [second[0].Plus(first[0])];
        var (whole, parts) = (Of(2000), Of(20));
        Assert.AreEqual(whole.Unbiased, parts.Unbiased, 0.05);
        Assert.IsGreaterThan(whole.Biased + 0.1, parts.Biased);

        (double Biased, double Unbiased) Of(int batch)
        {
            var batches = Enumerable.Range(0, 2000 / batch).Select(index =>
                ((Tensor[])[first[0].narrow(0, index * batch, batch)], (Tensor[])[second[0].narrow(0, index * batch, batch)])).ToArray();
            return (Sums(false, batches).Of(0, 0), Sums(true, batches).Of(0, 0));
        }
    }

    [TestMethod]
    public void ConstantLayer_IsLikeNone()
    {
        using var scope = NewDisposeScope();
        var sums = Sums(false, ([ones(8, 3)], Features(8, 1, 1)));
        Assert.AreEqual(0, sums.Of(0, 0));
    }

    [TestMethod]
    public void Layers_AreFoundByName_AndUnknownOnesRefused()
    {
        var report = Report();
        Assert.AreEqual("blocks.0", report.Of("blocks.0", "third").Layer);
        Assert.AreEqual("third", report.Of("blocks.0", "third").OtherLayer);
        Assert.AreSame(report.Pairs[5], report.Of("blocks.0", "third"));
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => report.Of("first", "first")).Message, "no layer 'first'; it has: embedding, blocks.0");
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => report.Of("embedding", "fourth")).Message, "it has: first, second, third");
    }

    [TestMethod]
    public void Csv_HasEachPair_InFullPrecision()
    {
        var report = Report();
        var lines = report.ToCsv().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.AreEqual("Layer,OtherLayer,Cka,UnbiasedCka", lines[0]);
        Assert.HasCount(7, lines);
        foreach (var (line, pair) in lines.Skip(1).Zip(report.Pairs))
        {
            var cells = line.Split(',');
            Assert.AreEqual(pair, new LayerSimilarity(cells[0], cells[1], Number(cells[2]), Number(cells[3])));
        }

        static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
    }

    [TestMethod]
    public void Table_HasBothEstimatesOfEachPair()
    {
        var report = Report();
        var lines = report.ToString().Split('\n');
        Assert.HasCount(3, lines);
        Assert.HasCount(1, lines.Select(line => line.Length).Distinct());
        StringAssert.StartsWith(lines[0], "CKA, unbiased CKA, 20 rows");
        StringAssert.StartsWith(lines[2], "blocks.0");
        foreach (var pair in report.Pairs.Skip(3))
        {
            StringAssert.Contains(lines[2], string.Create(CultureInfo.InvariantCulture, $"{pair.Cka:f3} {pair.UnbiasedCka:f3}"));
        }
    }

    [TestMethod]
    public void Page_IsOneDocument_WithAMapOfEachEstimate_AndItsTextsEscaped()
    {
        var report = Report();
        var html = report.ToHtml("<Guide> & student");
        StringAssert.Contains(html, "&lt;Guide&gt; &amp; student");
        var maps = html.Split("<svg ").Skip(1).Select(part => XElement.Parse("<svg " + part[..(part.IndexOf("</svg>", StringComparison.Ordinal) + 6)])).ToArray();
        Assert.HasCount(2, maps);
        foreach (var (map, values) in maps.Zip([report.Pairs.Select(pair => pair.UnbiasedCka), report.Pairs.Select(pair => pair.Cka)]))
        {
            var cells = map.Elements("rect").ToArray();
            CollectionAssert.AreEqual(
                values.Select(value => Math.Clamp(value, 0, 1).ToString("F3", CultureInfo.InvariantCulture)).ToArray(),
                cells.Select(cell => cell.Attribute("fill-opacity")!.Value).ToArray());
            StringAssert.StartsWith(cells[5].Value, "blocks.0 and third: ");
        }
    }

    [TestMethod]
    public void Page_IsWritten()
    {
        using var file = new TempFile("html");
        Report().Save(file.Path);
        Assert.AreEqual(Report().ToHtml(), File.ReadAllText(file.Path));
        Assert.ThrowsExactly<ArgumentException>(() => Report().Save(""));
    }

    private static RepresentationSimilarity Report()
    {
        using var scope = NewDisposeScope();
        var batch = (Features(20, 2, 1), Features(20, 3, 2));
        return new RepresentationSimilarity(s_layers, s_others, 20, Sums(false, batch), Sums(true, batch));
    }

    private static SimilaritySums Sums(bool unbiased, params (Tensor[] First, Tensor[] Second)[] batches)
    {
        var sums = new SimilaritySums(unbiased, batches[0].First.Length, batches[0].Second.Length);
        foreach (var (first, second) in batches)
        {
            sums.Add(first, second);
        }
        return sums;
    }

    private static double Alignment(Tensor one, Tensor other, bool unbiased) => KernelAlignment.Cosine(
        KernelAlignment.Centred(one, unbiased), KernelAlignment.Centred(other, unbiased)).Item<double>();

    private static Tensor[] Features(int rows, int layers, int seed, int features = 6)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, layers).Select(_ =>
            Enumerable.Range(0, rows * features).Select(_ => (float)Normal.Next(random)).ToArray().ToAligned(rows, features))];
    }
}
