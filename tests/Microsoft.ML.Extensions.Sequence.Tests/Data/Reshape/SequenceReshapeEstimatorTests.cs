using Microsoft.ML.Data;

namespace Microsoft.ML.Extensions.Sequence.Tests.Data.Reshape;

[TestClass]
public sealed class SequenceReshapeEstimatorTests
{
    private readonly MLContext _ml = new(1);

    [TestMethod]
    public void Reshape_OfAKnownVector_IsTimeFirst()
    {
        var view = TransformChecks.FitAndCheck(_ml, _ml.Transforms.Sequences.Reshape("Features", "Flat", channels: 2), Data());
        CollectionAssert.AreEqual(new[] { 3, 2 }, view.Dimensions("Features"));
        CollectionAssert.AreEqual(new[] { 1f, 2, 3, 4, 5, 6 }, view.Vectors("Features")[0]);
        CollectionAssert.AreEqual(new[] { "Flat.0", "Flat.1", "Flat.2", "Flat.3", "Flat.4", "Flat.5" }, view.SlotNames("Features"));
    }

    [TestMethod]
    public void MoreValuesThanARowMayHave_AreRefused()
    {
        var columns = Data().Schema.Where(column => column.Name is "A" or "B").ToArray();
        var options = new SequenceReshapeOptions { InputColumnNames = ["A", "B"], Channels = 1 };
        foreach (var widths in new int[][] { [1 << 28, 1], [int.MaxValue, int.MaxValue] })
        {
            StringAssert.Contains(
                Assert.ThrowsExactly<ArgumentException>(() => ReshapePlan.Shape(options, columns, widths))
                    .Message, "values are too many; allowed are 268,435,456");
        }
        Assert.AreEqual((1 << 28, 1), ReshapePlan.Shape(options, columns, [(1 << 28) - 1, 1]));
    }

    [TestMethod]
    public void Reshape_OfChannelMajorValues_Transposes()
    {
        var estimator = _ml.Transforms.Sequences.Reshape("Features", ["Flat"], channels: 2, SequenceLayout.ChannelMajor);
        var view = TransformChecks.FitAndCheck(_ml, estimator, Data());
        CollectionAssert.AreEqual(new[] { 1f, 4, 2, 5, 3, 6 }, view.Vectors("Features")[0]);
    }

    [TestMethod]
    public void Reshape_OfAVectorOfUnknownSize_KeepsEachRowsLength()
    {
        var view = TransformChecks.FitAndCheck(_ml, _ml.Transforms.Sequences.Reshape("Features", "Ragged", channels: 2), Data());
        CollectionAssert.AreEqual(new[] { 0, 2 }, view.Dimensions("Features"));
        CollectionAssert.AreEqual(new[] { 2, 4 }, view.Vectors("Features").Select(v => v.Length).ToArray());
    }

    [TestMethod]
    public void Reshape_OfScalars_NamesTheSlotsInTheirNewOrder()
    {
        var estimator = _ml.Transforms.Sequences.Reshape("Features", ["A", "B", "C", "D"], channels: 2, SequenceLayout.ChannelMajor);
        var view = TransformChecks.FitAndCheck(_ml, estimator, Data());
        CollectionAssert.AreEqual(new[] { 2, 2 }, view.Dimensions("Features"));
        CollectionAssert.AreEqual(new[] { "A", "C", "B", "D" }, view.SlotNames("Features"));
        CollectionAssert.AreEqual(new[] { 10f, 12, 11, 13 }, view.Vectors("Features")[0]);
    }

    [TestMethod]
    public void Reshape_OfOneColumnAChannel_PutsThemSideBySide()
    {
        var estimator = _ml.Transforms.Sequences.Reshape("Features", ["Flat", "Flat2"], channels: 2, SequenceLayout.ChannelMajor);
        var view = TransformChecks.FitAndCheck(_ml, estimator, Data());
        CollectionAssert.AreEqual(new[] { 6, 2 }, view.Dimensions("Features"));
        CollectionAssert.AreEqual(new[] { 1f, -1, 2, -2, 3, -3, 4, -4, 5, -5, 6, -6 }, view.Vectors("Features")[0]);
        Assert.AreEqual("Flat2.0", view.SlotNames("Features")[1]);
    }

    [TestMethod]
    public void Reshape_OfNamedSlots_KeepsTheirNames()
    {
        var named = _ml.Transforms.Concatenate("Named", "A", "B", "C", "D").Fit(Data()).Transform(Data());
        var view = TransformChecks.FitAndCheck(_ml, _ml.Transforms.Sequences.Reshape("Features", "Named", channels: 2), named);
        CollectionAssert.AreEqual(new[] { "A", "B", "C", "D" }, view.SlotNames("Features"));
    }

    [TestMethod]
    public void Reshape_ByStepsAndByBoth_FindsTheRest()
    {
        var bySteps = new SequenceReshapeOptions { InputColumnNames = ["Flat"], Steps = 2 };
        var byBoth = new SequenceReshapeOptions { InputColumnNames = ["Ragged"], Steps = 1, Channels = 2 };
        CollectionAssert.AreEqual(
            new[] { 2, 3 }, TransformChecks.FitAndCheck(_ml, _ml.Transforms.Sequences.Reshape(bySteps), Data()).Dimensions("Features"));
        var view = _ml.Transforms.Sequences.Reshape(byBoth).Fit(Data()).Transform(Data());
        CollectionAssert.AreEqual(new[] { 1, 2 }, view.Dimensions("Features"));
        var error = Assert.ThrowsExactly<InvalidOperationException>(() => view.Vectors("Features"));
        StringAssert.Contains(error.Message, "Row 1: Input column 'Ragged' (4 values) cannot be reshaped to [1, 2]: 2 values are expected");
    }

    [TestMethod]
    [DataRow(new[] { "Flat" }, 4, SequenceLayout.TimeMajor,
        "Input column 'Flat' (6 values) cannot be reshaped to [T, 4]: the number of values must be a multiple of 4")]
    [DataRow(new[] { "A", "Flat", "B" }, 4, SequenceLayout.TimeMajor,
        "Input column 'Flat' has 6 values, which do not fill whole steps of 4 channels")]
    [DataRow(new[] { "Text" }, 1, SequenceLayout.TimeMajor, "Input column 'Text' must be Single or a vector of Single")]
    [DataRow(new[] { "Nowhere" }, 1, SequenceLayout.TimeMajor, "Input column 'Nowhere' was not found; the columns are 'Flat'")]
    public void Fit_OnColumnsThatDoNotFit_NamesColumnAndSizes(string[] inputs, int channels, SequenceLayout layout, string expected)
    {
        var estimator = _ml.Transforms.Sequences.Reshape("Features", inputs, channels, layout);
        StringAssert.Contains(Assert.Throws<ArgumentException>(() => estimator.Fit(Data())).Message, expected);
    }

    [TestMethod]
    public void Fit_OnUnknownSizeByStepsAlone_AsksForChannels()
    {
        var estimator = _ml.Transforms.Sequences.Reshape(new SequenceReshapeOptions { InputColumnNames = ["Ragged"], Steps = 2 });
        StringAssert.Contains(Assert.Throws<ArgumentException>(() => estimator.Fit(Data())).Message, "set Channels instead");
    }

    [TestMethod]
    public void Options_ThatAreWrong_AreAllNamed()
    {
        var options = new SequenceReshapeOptions
        {
            OutputColumnName = "",
            InputColumnNames = ["A", "A"],
            Channels = 0,
            Layout = (SequenceLayout)7
        };
        var error = Assert.ThrowsExactly<ArgumentException>(() => _ml.Transforms.Sequences.Reshape(options)).Message;
        StringAssert.Contains(error, "OutputColumnName is empty");
        StringAssert.Contains(error, "InputColumnNames names a column twice: A, A");
        StringAssert.Contains(error, "Channels is 0; allowed is 1 to");
        StringAssert.Contains(error, "Layout is 7; allowed are TimeMajor, ChannelMajor");
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => _ml.Transforms.Sequences.Reshape(new() { InputColumnNames = ["A"] })).Message,
            "Channels and Steps are both null");
    }

    [TestMethod]
    public void Reshape_InAPredictionEngine_MapsARow()
    {
        var model = TransformChecks.Reload(
            _ml, _ml.Transforms.Sequences.Reshape("Features", ["Flat"], 2, SequenceLayout.ChannelMajor).Fit(Data()), Data().Schema);
        using var engine = _ml.Model.CreatePredictionEngine<Row, Output>(model);
        CollectionAssert.AreEqual(new[] { 1f, 4, 2, 5, 3, 6 }, engine.Predict(new Row()).Features);
    }

    [TestMethod]
    public void Sequences_IsReachedByMethodToo() => Assert.IsNotNull(_ml.Transforms.SequenceTransforms().Reshape("Features", "Flat", 1));

    private IDataView Data() => _ml.Data.LoadFromEnumerable([new Row(), new Row { Ragged = [1, 2, 3, 4] }]);

    private sealed class Row
    {
        [VectorType(6)]
        public float[] Flat { get; set; } = [1, 2, 3, 4, 5, 6];

        [VectorType(6)]
        public float[] Flat2 { get; set; } = [-1, -2, -3, -4, -5, -6];

        public float[] Ragged { get; set; } = [7, 8];

        public float A { get; set; } = 10;

        public float B { get; set; } = 11;

        public float C { get; set; } = 12;

        public float D { get; set; } = 13;

        public string Text { get; set; } = "";
    }

    private sealed class Output
    {
        public float[] Features { get; set; } = [];
    }
}
