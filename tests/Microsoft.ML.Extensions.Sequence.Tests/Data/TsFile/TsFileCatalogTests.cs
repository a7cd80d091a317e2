using System.Text;
using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Sequence.Tests.Data.TsFile;

[TestClass]
public sealed class TsFileCatalogTests
{
    private const string Header = "@problemName toy\n@timeStamps false\n@dimensions 2\n@equalLength true\n@seriesLength 3\n@classLabel true a b\n@data\n";

    private readonly MLContext _ml = new(1);

    [TestMethod]
    [DataRow("JapaneseVowels", 270, 370, 12, 0, 9)]
    [DataRow("ArrowHead", 36, 175, 1, 251, 3)]
    [DataRow("ItalyPowerDemand", 67, 1029, 1, 24, 2)]
    [DataRow("UnitTest", 20, 22, 1, 24, 2)]
    [DataRow("ACSF1", 100, 100, 1, 1460, 10)]
    [DataRow("OSULeaf", 200, 242, 1, 427, 6)]
    [DataRow("PickupGestureWiimoteZ", 50, 50, 1, 0, 10)]
    [DataRow("PLAID", 537, 537, 1, 0, 11)]
    public void Load_OfAnArchiveSet_GivesItsRowsShapesAndClasses(string name, int train, int test, int channels, int steps, int classes)
    {
        foreach (var (part, rows) in new[] { ("TRAIN", train), ("TEST", test) })
        {
            var view = _ml.Data.LoadFromTsFile(Archive($"{name}/{name}_{part}.ts"));
            var features = view.Vectors("Features");
            CollectionAssert.AreEqual(new[] { steps, channels }, view.Dimensions("Features"));
            Assert.HasCount(rows, features);
            Assert.IsTrue(features.All(values => steps == 0 ? values.Length % channels == 0 : values.Length == steps * channels));
            Assert.AreEqual(classes, view.Texts("Label").Distinct().Count());
        }
    }

    [TestMethod]
    public void Load_OfJapaneseVowels_PutsTimeFirstAndKeepsLengths()
    {
        var features = _ml.Data.LoadFromTsFile(Archive("JapaneseVowels/JapaneseVowels_TRAIN.ts")).Vectors("Features");
        var lengths = features.Select(values => values.Length / 12).ToArray();
        Assert.AreEqual(7, lengths.Min());
        Assert.AreEqual(26, lengths.Max());
        var first = File.ReadLines(Archive("JapaneseVowels/JapaneseVowels_TRAIN.ts")).SkipWhile(line => line != "@data").ElementAt(1)
            .Split(':');
        for (var channel = 0; channel < 12; channel++)
        {
            var expected = first[channel].Split(',').Select(float.Parse).ToArray();
            CollectionAssert.AreEqual(expected, features[0].Where((_, i) => i % 12 == channel).ToArray());
        }
    }

    [TestMethod]
    [DataRow("Covid3Month", 140, 61, 84)]
    [DataRow("MinimalGasPrices", 20, 20, 20)]
    public void Load_OfAnArchiveSetOfRegression_GivesTargets(string name, int train, int test, int steps)
    {
        foreach (var (part, rows) in new[] { ("TRAIN", train), ("TEST", test) })
        {
            var view = _ml.Data.LoadFromTsFile(Archive($"{name}/{name}_{part}.ts"));
            CollectionAssert.AreEqual(new[] { steps, 1 }, view.Dimensions("Features"));
            var targets = view.Values<float>("Label");
            Assert.HasCount(rows, targets);
            Assert.IsTrue(targets.All(float.IsFinite));
        }
    }

    [TestMethod]
    public void Load_ReadsMissingValuesCommentsBlankLinesAndBlanks()
    {
        var view = Load(Header.ToUpperInvariant().Replace("CLASSLABEL TRUE A B", "classLabel TRUE a b")
            + "\n# a comment\n 1, ?,3e0 : 4,NaN,-6.5 : b \n\n");
        CollectionAssert.AreEqual(new[] { 1f, 4f, float.NaN, float.NaN, 3f, -6.5f }, view.Vectors("Features").Single());
        Assert.AreEqual("b", view.Texts("Label").Single());
    }

    [TestMethod]
    public void Load_ReadsWindowsLineEndsAndAByteOrderMark()
    {
        var text = (Header + "1,2,3:4,5,6:a\n1,2,3:4,5,7:b").Replace("\n", "\r\n");
        var view = Load([.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(text)]);
        CollectionAssert.AreEqual(new[] { "a", "b" }, view.Texts("Label"));
        CollectionAssert.AreEqual(new[] { 1f, 4, 2, 5, 3, 7 }, view.Vectors("Features")[1]);
    }

    [TestMethod]
    public void Load_OfALineOfAMillionValues_AllocatesNoStringAValue()
    {
        const int count = 1_000_000;
        var view = Load("@univariate true\n@equalLength true\n@classLabel true a\n@data\n"
            + string.Join(',', Enumerable.Repeat("1.5", count)) + ":a\n");
        var before = GC.GetAllocatedBytesForCurrentThread();
        var values = view.Values<VBuffer<float>>("Features").Single();
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.AreEqual(count, values.GetValues().Length);
        Assert.IsTrue(values.GetValues().IndexOfAnyExcept(1.5f) < 0);
        Assert.IsLessThan(24L * count, allocated);
    }

    [TestMethod]
    public void Load_OfRegressionTargets_GivesSingles()
    {
        var view = Load("@univariate true\n@targetLabel true\n@data\n1,2:0.5\n3,4:?\n");
        CollectionAssert.AreEqual(new[] { 0.5f, float.NaN }, view.Values<float>("Label"));
    }

    [TestMethod]
    public void Load_WithoutLabels_HasNoLabelColumn()
    {
        var view = Load("@univariate true\n@classLabel false\n@data\n1,2\n");
        Assert.IsNull(view.Schema.GetColumnOrNull("Label"));
        CollectionAssert.AreEqual(new[] { 1f, 2f }, view.Vectors("Features").Single());
    }

    [TestMethod]
    public void Load_WithLabelAsKey_NumbersClassesInTheOrderOfTheHeader()
    {
        using var file = new TempFile(Header + "1,2,3:4,5,6:b\n1,2,3:4,5,6:a\n");
        var view = _ml.Data.LoadFromTsFile(file.Path, labelAsKey: true);
        CollectionAssert.AreEqual(new[] { 2u, 1u }, view.Values<uint>("Label"));
        var back = _ml.Transforms.Conversion.MapKeyToValue("Label").Fit(view).Transform(view);
        CollectionAssert.AreEqual(new[] { "b", "a" }, back.Texts("Label"));
    }

    [TestMethod]
    [DataRow("@data\n1,2,3\n", 3, 1, false)]
    [DataRow("@data\n1,2,3:x\n", 3, 1, true)]
    [DataRow("@data\n1,2,3:4,5,6\n", 3, 2, false)]
    [DataRow("@data\n1,2,3:4,5,6:x\n1,2:4,5:y", 0, 2, true)]
    [DataRow("@dimensions 1\n@data\n1:x\n", 1, 1, true)]
    public void Load_WithoutHeaderLines_InfersWhatIsUnambiguous(string text, int steps, int channels, bool hasLabel)
    {
        var view = Load(text);
        CollectionAssert.AreEqual(new[] { steps, channels }, view.Dimensions("Features"));
        Assert.AreEqual(hasLabel, view.Schema.GetColumnOrNull("Label") is not null);
    }

    [TestMethod]
    [DataRow("", "is empty")]
    [DataRow("@univariate true\n", "without the line @data")]
    [DataRow("@data\n\n", "has no series")]
    [DataRow("@univariate true\n1,2:a\n", "line 2: got '1,2:a' before the line @data")]
    [DataRow("@timeStamps true\n@data\n(0,1),(1,2):a\n", "line 1: time stamps are not supported")]
    [DataRow("@equalLength perhaps\n@data\n1:a", "line 1: got 'perhaps' for @equallength, expected true or false")]
    [DataRow("@dimensions 0\n@data\n1:a", "line 1: got '0' for @dimensions, expected a whole number above 0")]
    [DataRow("@univariate true\n@dimensions 2\n@data\n1:a", "both '@univariate true' and '@dimensions 2'")]
    [DataRow("@targetLabel true\n@classLabel true a\n@data\n1:a", "both '@classLabel true' and '@targetLabel true'")]
    [DataRow("@classLabel true a a\n@data\n1:a", "lists a class more than once")]
    [DataRow("@data\n1:2\n", "line 2: it cannot be told whether the last field is a label")]
    [DataRow("@classLabel true a\n@data\n1,2\n", "line 3: got the single field '1,2'")]
    public void Load_OfAMalformedHeader_SaysWhere(string text, string expected) =>
        StringAssert.Contains(Assert.ThrowsExactly<FormatException>(() => Load(text)).Message, expected);

    [TestMethod]
    [DataRow("1,2,3:4,5,6\n", "line 8: got 2 fields separated by ':', expected 3: 2 dimensions and the class")]
    [DataRow("1,2,3:4,5,6:a\n1,2:4,5:a", "line 9: the series has 2 steps, expected 3 because all series of this file have equal length")]
    [DataRow("1,2,3:4,5:a", "line 8: dimension 2 has 2 values where dimension 1 has 3")]
    [DataRow("1,x,3:4,5,6:a", "line 8: value 2 of dimension 1 is 'x', expected a finite number or '?'")]
    [DataRow("1,2,3:4,5,:a", "line 8: value 3 of dimension 2 is ''")]
    [DataRow("1,2,1e99:4,5,6:a", "line 8: value 3 of dimension 1 is '1e99'")]
    [DataRow("1,2,3:4,5,6:c", "line 8: the class is 'c', expected one of @classLabel: a, b")]
    [DataRow("1,2,3:4,5,6:", "line 8: the class after the last ':' is missing; write '?' where it is not known")]
    [DataRow("1,2,3:4,5,6:a:b",
        "line 8: got 4 fields separated by ':', expected 3: 2 dimensions and the class; the header says '@dimensions 2' (line 3), '@classLabel true a b' (line 6)")]
    [DataRow("1,2,3:4,5,6:a\n@univariate true", "line 9: got the header line '@univariate true' after @data")]
    [DataRow("1,2,3:4,5,6:a\n(0,1),(1,2),(2,3):(0,4),(1,5),(2,6):a",
        "line 9: the values have time stamps '(time,value)', which are not supported")]
    [DataRow("1,2,3:4,5,Infinity:a", "line 8: value 3 of dimension 2 is 'Infinity'")]
    public void Reading_AMalformedLine_SaysFileAndLine(string lines, string expected)
    {
        using var file = new TempFile(Header + lines);
        var view = _ml.Data.LoadFromTsFile(file.Path);
        var error = Assert.ThrowsExactly<FormatException>(() => view.Preview());
        StringAssert.Contains(error.Message, expected);
        StringAssert.Contains(error.Message, file.Path);
    }

    [TestMethod]
    public void Cursors_OfOneView_ReadIndependently()
    {
        using var file = new TempFile(Header + "1,2,3:4,5,6:a\n7,8,9:4,5,6:b\n");
        var view = _ml.Data.LoadFromTsFile(file.Path);
        using var first = view.GetRowCursor([view.Schema["Label"]]);
        Assert.IsTrue(first.MoveNext());
        using var second = view.GetRowCursor([view.Schema["Label"]]);
        Assert.HasCount(2, Columns.Read<ReadOnlyMemory<char>>(second, "Label"));
        Assert.HasCount(1, Columns.Read<ReadOnlyMemory<char>>(first, "Label"));
        Assert.IsFalse(first.MoveNext());
        Parallel.For(0, 8, _ => CollectionAssert.AreEqual(new[] { 7f, 4, 8, 5, 9, 6 }, view.Vectors("Features")[1]));
    }

    [TestMethod, Trained]
    public void Load_OfAnArchiveSet_TrainsAndSplitsLikeAnyView()
    {
        var view = _ml.Data.LoadFromTsFile(Archive("ItalyPowerDemand/ItalyPowerDemand_TRAIN.ts"), labelAsKey: true);
        var parts = _ml.Data.TrainTestSplit(view, 0.3, seed: 1);
        Assert.AreEqual(67, parts.TrainSet.Vectors("Features").Length + parts.TestSet.Vectors("Features").Length);
        Assert.HasCount(67, _ml.Data.Cache(view).Vectors("Features"));
        var model = _ml.MulticlassClassification.Trainers.LbfgsMaximumEntropy().Fit(view);
        var test = _ml.Data.LoadFromTsFile(Archive("ItalyPowerDemand/ItalyPowerDemand_TEST.ts"), labelAsKey: true);
        TrainedBound.Above(_ml.MulticlassClassification.Evaluate(model.Transform(test)).MicroAccuracy, 0.9, "accuracy");
    }

    [TestMethod]
    public void Options_ThatAreWrong_AreAllNamed()
    {
        var error = Assert.ThrowsExactly<ArgumentException>(() => _ml.Data.LoadFromTsFile("x.ts", "", ""));
        StringAssert.Contains(error.Message, "FeatureColumnName is empty");
        StringAssert.Contains(error.Message, "LabelColumnName is empty");
    }

    [TestMethod]
    public void LabelAsKey_WithoutClasses_IsRefused()
    {
        using var file = new TempFile("@targetLabel true\n@data\n1,2:3\n");
        StringAssert.Contains(
            Assert.ThrowsExactly<FormatException>(() => _ml.Data.LoadFromTsFile(file.Path, labelAsKey: true)).Message, "lists no classes");
    }

    private IDataView Load(string text) => Load(Encoding.UTF8.GetBytes(text));

    /// <summary>The rows of a file, which exists until the test ends, since the view reads it again.</summary>
    private IDataView Load(byte[] bytes)
    {
        var file = new TempFile(bytes);
        _files.Add(file);
        return _ml.Data.LoadFromTsFile(file.Path);
    }

    private readonly List<TempFile> _files = [];

    [TestCleanup]
    public void DeleteFiles() => _files.ForEach(file => file.Dispose());

    private static string Archive(string relative)
    {
        var path = SharedData.Find("ucr_uea/" + relative);
        if (path is null)
        {
            Assert.Inconclusive($"ucr_uea/{relative} is not in the data folder; set MLX_DATA to a folder that holds it.");
        }
        return path!;
    }
}
