using Microsoft.ML.Data;

namespace Microsoft.ML.Extensions.Sequence.Tests.Data.Window;

[TestClass]
public sealed class SequenceWindowEstimatorTests
{
    private readonly MLContext _ml = new(1);

    [TestMethod]
    [DataRow(int.MaxValue, 1)]
    [DataRow(1 << 20, 1 << 30)]
    [DataRow(2, int.MaxValue)]
    public void WindowsLargerThanARowMayBe_AreRefusedBeforeAnyIsMade(int length, int horizon)
    {
        var data = Data(3);
        var e = Assert.ThrowsExactly<ArgumentOutOfRangeException>(
            () => _ml.Transforms.Sequences.ForecastWindow(["X"], length, horizon).Fit(data));
        StringAssert.Contains(e.Message, "Make Length or Horizon smaller");
    }

    [TestMethod]
    public void WindowOfMoreValuesThanAnyoneReads_HasNoNames()
    {
        var data = Data(3);
        var schema = _ml.Transforms.Sequences.ForecastWindow(["X"], 1 << 20, 1 << 20).Fit(data).GetOutputSchema(data.Schema);
        Assert.IsFalse(schema["Features"].HasSlotNames());
        Assert.IsFalse(schema["Label"].HasSlotNames());
    }

    [TestMethod]
    public void Window_GivesEveryFullWindowWithTheColumnsOfItsLastRow()
    {
        var view = Check(new() { InputColumnNames = ["X", "Pair"], Length = 3 }, Data(5));
        CollectionAssert.AreEqual(new[] { 3, 3 }, view.Dimensions("Features"));
        var windows = view.Vectors("Features");
        Assert.HasCount(3, windows);
        CollectionAssert.AreEqual(new[] { 1f, 1, -1, 2, 2, -2, 3, 3, -3 }, windows[1]);
        CollectionAssert.AreEqual(new[] { 2f, 3f, 4f }, view.Values<float>("X"));
        CollectionAssert.AreEqual(new[] { 4f, -4f }, view.Vectors("Pair")[2]);
        CollectionAssert.AreEqual(new[] { "row2", "row3", "row4" }, view.Texts("Name"));
    }

    [TestMethod]
    public void Window_WithStride_StepsFromStartToStart()
    {
        var view = Check(new() { InputColumnNames = ["X"], Length = 2, Stride = 3 }, Data(9));
        CollectionAssert.AreEqual(new[] { 0f, 3f, 6f }, view.Vectors("Features").Select(w => w[0]).ToArray());
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    [DataRow(4)]
    public void Window_WithTarget_TakesTheLabelHorizonRowsLater(int horizon)
    {
        var view = Check(new() { InputColumnNames = ["X"], Length = 3, TargetColumnName = "X", Horizon = horizon }, Data(12));
        Assert.HasCount(12 - 3 + 1 - horizon, view.Vectors("Features"));
        foreach (var (window, label, x, name) in view.Vectors("Features").Zip(view.Values<float>("Label"), view.Values<float>("X"))
            .Zip(view.Texts("Name"), (t, name) => (t.First, t.Second, t.Third, name)))
        {
            Assert.AreEqual(window[0] + 2, window[2]);
            Assert.AreEqual(window[2], x);
            Assert.AreEqual($"row{x}", name);
            Assert.AreEqual(x + horizon, label);
        }
    }

    [TestMethod]
    public void Window_WithAKeyTarget_KeepsItsValues()
    {
        var data = Data(6);
        data = _ml.Transforms.Conversion.MapValueToKey("Key", "Name").Fit(data).Transform(data);
        var view = Check(new() { InputColumnNames = ["X"], Length = 2, TargetColumnName = "Key", LabelColumnName = "Next" }, data);
        var back = _ml.Transforms.Conversion.MapKeyToValue("Next").Fit(view).Transform(view);
        CollectionAssert.AreEqual(new[] { "row2", "row3", "row4", "row5" }, back.Texts("Next"));
    }

    [TestMethod]
    public void ForecastWindow_HasTheTargetsFirst_AndTheirNextValuesAsLabel()
    {
        var view = Check(new() { ForecastColumnNames = ["Pair"], InputColumnNames = ["X"], Length = 2, Horizon = 3 }, Data(6));
        CollectionAssert.AreEqual(new[] { 2, 3 }, view.Dimensions("Features"));
        CollectionAssert.AreEqual(new[] { 3, 2 }, view.Dimensions("Label"));
        CollectionAssert.AreEqual(new[] { 0f, 0, 0, 1, -1, 1 }, view.Vectors("Features")[0]);
        CollectionAssert.AreEqual(new[] { 2f, -2, 3, -3, 4, -4 }, view.Vectors("Label")[0]);
        Assert.HasCount(2, view.Vectors("Label"));
        CollectionAssert.AreEqual(new[] { "Pair.0[t+1]", "Pair.1[t+1]", "Pair.0[t+2]" }, view.SlotNames("Label")[..3]);
    }

    [TestMethod]
    public void ForecastWindow_OfOneSeries_HasAPlainVectorAsLabel()
    {
        var view = Check(new() { ForecastColumnNames = ["X"], Length = 2, Horizon = 3, LabelColumnName = "Next" }, Data(5));
        CollectionAssert.AreEqual(new[] { 3 }, view.Dimensions("Next"));
        CollectionAssert.AreEqual(new[] { 2f, 3, 4 }, view.Vectors("Next").Single());
    }

    [TestMethod]
    public void ForecastWindow_ReadsKnownColumnsAheadOfTheirTime()
    {
        var view = Check(new() { ForecastColumnNames = ["X"], KnownColumnNames = ["X", "Pair"], Length = 2, Horizon = 3 }, Data(6));
        CollectionAssert.AreEqual(new[] { 0f, 3, 3, -3, 1, 4, 4, -4 }, view.Vectors("Features")[0]);
        CollectionAssert.AreEqual(
            new[] { "X[t-1]", "X[t+2]", "Pair.0[t+2]", "Pair.1[t+2]", "X[t]", "X[t+3]", "Pair.0[t+3]", "Pair.1[t+3]" },
                view.SlotNames("Features"));
    }

    [TestMethod]
    public void ForecastWindow_NeverCrossesGroups()
    {
        var view = Check(new() { ForecastColumnNames = ["X"], Length = 2, Horizon = 2, GroupColumnName = "Group" },
            Data(9, i => i < 4 ? "a" : "b"));
        CollectionAssert.AreEqual(new[] { 2f, 3, 6, 7, 7, 8 }, view.Vectors("Label").SelectMany(label => label).ToArray());
    }

    [TestMethod]
    public void ForecastWindow_ThatContradictsItself_IsRefusedWithAllReasons()
    {
        var e = Assert.ThrowsExactly<ArgumentException>(() => _ml.Transforms.Sequences.Window(new SequenceWindowOptions
        {
            ForecastColumnNames = ["X"],
            InputColumnNames = ["X"],
            TargetColumnName = "X",
            Horizon = 0,
            Length = 2,
        }));
        foreach (var reason in new[] { "TargetColumnName and ForecastColumnNames", "Horizon is 0", "channels already: X" })
        {
            StringAssert.Contains(e.Message, reason);
        }
        e = Assert.ThrowsExactly<ArgumentException>(() => _ml.Transforms.Sequences.Window(
            new SequenceWindowOptions { InputColumnNames = ["X"], KnownColumnNames = ["X"], Length = 2 }));
        StringAssert.Contains(e.Message, "KnownColumnNames is given without ForecastColumnNames");
    }

    [TestMethod]
    public void Window_WithGroups_NeverCrosses()
    {
        var view = Check(
            new() { InputColumnNames = ["X"], Length = 2, TargetColumnName = "X", GroupColumnName = "Group" },
                Data(10, i => i < 4 ? "a" : i < 6 ? "b" : "c"));
        CollectionAssert.AreEqual(new[] { 0f, 1f, 6f, 7f }, view.Vectors("Features").Select(w => w[0]).ToArray());
        CollectionAssert.AreEqual(new[] { "a", "a", "c", "c" }, view.Texts("Group"));
    }

    [TestMethod]
    public void Window_OfARowWithoutAGroup_IsRefused()
    {
        var data = Data(6, i => i < 4 ? "a" : "");
        var view = _ml.Transforms.Sequences.Window("Features", ["X"], 2, groupColumnName: "Group").Fit(data).Transform(data);
        StringAssert.Contains(
            Assert.ThrowsExactly<InvalidOperationException>(() => view.Vectors("Features"))
                .Message, "Row 4 has no value in column 'Group'");
    }

    [TestMethod]
    public void Window_OfGroupsThatComeAgain_IsRefused()
    {
        var data = Data(6, i => i % 2 == 0 ? "a" : "b");
        var view = _ml.Transforms.Sequences.Window("Features", ["X"], 2, groupColumnName: "Group").Fit(data).Transform(data);
        StringAssert.Contains(
            Assert.ThrowsExactly<InvalidOperationException>(() => view.Vectors("Features")).Message,
            "The rows of group 'a' of column 'Group' are not consecutive; sort the data by group");
    }

    [TestMethod]
    public void Window_LongerThanTheData_GivesNoRow() =>
        Assert.IsEmpty(Check(new() { InputColumnNames = ["X"], Length = 6 }, Data(5)).Vectors("Features"));

    [TestMethod]
    public void Window_NamesSlotsByColumnAndTime()
    {
        var view = Check(new() { InputColumnNames = ["X", "Pair"], Length = 2 }, Data(3));
        CollectionAssert.AreEqual(
            new[] { "X[t-1]", "Pair.0[t-1]", "Pair.1[t-1]", "X[t]", "Pair.0[t]", "Pair.1[t]" }, view.SlotNames("Features"));
    }

    [TestMethod]
    [DoNotParallelize]
    public void Window_OfALongView_HoldsOneWindowInMemory()
    {
        const int rows = 200_000;
        var data = Data(rows);
        var view = _ml.Transforms.Sequences.Window("Features", ["X"], 100, stride: 50).Fit(data).Transform(data);
        using var cursor = view.GetRowCursor([view.Schema["Features"]]);
        var getter = cursor.GetGetter<VBuffer<float>>(view.Schema["Features"]);
        VBuffer<float> window = default;
        var count = 0;
        var before = 0L;
        while (cursor.MoveNext())
        {
            getter(ref window);
            before = count++ == 0 ? GC.GetTotalMemory(forceFullCollection: true) : before;
        }
        var grown = GC.GetTotalMemory(forceFullCollection: true) - before;
        Assert.AreEqual(((rows - 100) / 50) + 1, count);
        Assert.IsLessThan(rows * sizeof(float) / 2, grown);
    }

    [TestMethod]
    public void Transformer_IsNotForSingleRows()
    {
        var model = _ml.Transforms.Sequences.Window("Features", ["X"], 2).Fit(Data(3));
        Assert.IsFalse(model.IsRowToRowMapper);
        StringAssert.Contains(
            Assert.ThrowsExactly<InvalidOperationException>(() => model.GetRowToRowMapper(Data(3).Schema))
                .Message, "combines several rows into one");
    }

    [TestMethod]
    public void Window_InAPipeline_FeedsATrainerAndSurvivesSaving()
    {
        var data = Data(40);
        var pipeline = _ml.Transforms.Sequences.Window("Features", ["X"], 3, targetColumnName: "X")
            .Append(_ml.Regression.Trainers.Sdca(maximumNumberOfIterations: 3));
        var model = pipeline.Fit(data);
        var scores = model.Transform(data).Values<float>("Score");
        CollectionAssert.AreEqual(scores, TransformChecks.Reload(_ml, model, data.Schema).Transform(data).Values<float>("Score"));
        Assert.HasCount(37, scores);
    }

    [TestMethod]
    [DataRow("Ragged", null, null, "Input column 'Ragged' must be Single or a vector of Single of known size")]
    [DataRow("Nowhere", null, null, "Input column 'Nowhere' was not found")]
    [DataRow("X", "Nowhere", null, "Target column 'Nowhere' was not found")]
    [DataRow("X", null, "X", "Group column 'X' must be a key, text, whole number, Boolean or time")]
    public void Fit_OnColumnsThatDoNotFit_NamesThem(string input, string? target, string? group, string expected)
    {
        var estimator = _ml.Transforms.Sequences.Window("Features", [input], 2, targetColumnName: target, groupColumnName: group);
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => estimator.Fit(Data(3))).Message, expected);
    }

    [TestMethod]
    public void Options_ThatAreWrong_AreAllNamed()
    {
        var options = new SequenceWindowOptions
        {
            LabelColumnName = "Features",
            Stride = 0,
            Horizon = -1,
            TargetColumnName = "",
            GroupColumnName = ""
        };
        var error = Assert.ThrowsExactly<ArgumentException>(() => _ml.Transforms.Sequences.Window(options)).Message;
        foreach (var expected in new[]
        {
            "InputColumnNames is empty", "Length is 0; allowed is 1 to", "Stride is 0; allowed is 1 to",
            "Horizon is -1; allowed is 0 to", "TargetColumnName is empty", "GroupColumnName is empty",
            "LabelColumnName and OutputColumnName are both 'Features'",
        })
        {
            StringAssert.Contains(error, expected);
        }
    }

    private IDataView Check(SequenceWindowOptions options, IDataView data) =>
        TransformChecks.FitAndCheck(_ml, _ml.Transforms.Sequences.Window(options), data);

    private IDataView Data(int rows, Func<int, string>? group = null) => _ml.Data.LoadFromEnumerable(
        Enumerable.Range(0, rows).Select(i => new Row { X = i, Pair = [i, -i], Name = $"row{i}", Group = group?.Invoke(i) ?? "" }));

    private sealed class Row
    {
        public float X { get; set; }

        [VectorType(2)]
        public float[] Pair { get; set; } = [];

        public float[] Ragged { get; set; } = [];

        public string Name { get; set; } = "";

        public string Group { get; set; } = "";
    }
}
