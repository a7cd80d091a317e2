using System.Text.Json.Nodes;
using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Sequence.Tests.Data.Standardize;

[TestClass]
public sealed class SequenceStandardizeEstimatorTests
{
    private readonly MLContext _ml = new(1);

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void Standardize_OfTrainingData_GivesEachChannelMeanZeroAndDeviationOne(bool equalLength)
    {
        var data = equalLength ? TinyData.Multivariate(_ml) : TinyData.UnequalLength(_ml);
        var channels = equalLength ? 3 : 2;
        var view = TransformChecks.FitAndCheck(_ml, _ml.Transforms.Sequences.Standardize("Scaled", "Features"), data);
        CollectionAssert.AreEqual(data.Dimensions("Features"), view.Dimensions("Scaled"));
        for (var channel = 0; channel < channels; channel++)
        {
            var values = view.Vectors("Scaled").SelectMany(v => v.Where((_, i) => i % channels == channel)).Select(v => (double)v)
                .ToArray();
            Assert.AreEqual(0, values.Average(), Tolerance.Single);
            Assert.AreEqual(1, values.Average(v => v * v), Tolerance.Single);
        }
    }

    [TestMethod]
    public void Standardize_OfOtherData_UsesTheStatisticsOfTraining()
    {
        var model = _ml.Transforms.Sequences.Standardize("Features").Fit(Rows(2, [0, 5, 2, 5], [4, 5, 2, 5]));
        var other = model.Transform(Rows(2, [2, 6, 4, 4])).Vectors("Features").Single();
        CollectionAssert.AreEqual(new[] { 0f, 1f, (float)Math.Sqrt(2), -1f }, other);
    }

    [TestMethod]
    public void Standardize_LeavesMissingValuesOutAndMissing()
    {
        var view = TransformChecks.FitAndCheck(
            _ml, _ml.Transforms.Sequences.Standardize("Features"), Rows(2, [1, float.NaN, float.NaN, float.NaN, 3, float.NaN]));
        CollectionAssert.AreEqual(new[] { -1f, float.NaN, float.NaN, float.NaN, 1f, float.NaN }, view.Vectors("Features").Single());
    }

    [TestMethod]
    public void Standardize_OfAPlainVector_IsOneChannel()
    {
        var data = _ml.Data.LoadFromEnumerable([new Plain { Features = [1, 3] }, new Plain { Features = [1, 3] }]);
        var view = TransformChecks.FitAndCheck(_ml, _ml.Transforms.Sequences.Standardize("Features"), data);
        CollectionAssert.AreEqual(new[] { -1f, 1f }, view.Vectors("Features")[0]);
    }

    [TestMethod]
    public void ValueBeyondAllNumbersOfSingle_IsRefusedByRowAndPlace()
    {
        var model = _ml.Transforms.Sequences.Standardize("Features").Fit(Rows(2, [0, 1e-30f, 1, -1e-30f]));
        foreach (var value in new[] { 1e30f, float.PositiveInfinity })
        {
            var e = Assert.ThrowsExactly<InvalidDataException>(
                () => model.Transform(Rows(2, [0, 0], [0, 0, 0, value])).Vectors("Features"));
            StringAssert.Contains(e.Message, "Column 'Features', row 1: the value ");
            StringAssert.Contains(e.Message, "at step 1, channel 1");
        }
    }

    [TestMethod]
    [DataRow("Mean", "[0]")]
    [DataRow("Mean", "[0,\"NaN\"]")]
    [DataRow("Mean", "[]")]
    [DataRow("Mean", "null")]
    [DataRow("Scale", "[1]")]
    [DataRow("Scale", "[1,0]")]
    [DataRow("Scale", "[1,-1]")]
    [DataRow("Scale", "[1,\"Infinity\"]")]
    [DataRow("InputColumnName", "\"\"")]
    [DataRow("OutputColumnName", "\"\"")]
    public void FileWithStatisticsThatTrainingNeverLeaves_IsRefused(string name, string value)
    {
        var rows = Rows(2, [0, 1, 1, 0]);
        var file = ModelFile.Save(_ml, _ml.Transforms.Sequences.Standardize("Features").Fit(rows), rows.Schema);
        var changed = ModelFile.WithDescription(file, json => json["Model"]![name] = JsonNode.Parse(value));
        var e = Assert.Throws<Exception>(() => ModelFile.Load(new MLContext(1), changed));
        for (; e is not FormatException; e = e.InnerException!)
        {
            Assert.IsNotNull(e.InnerException);
        }
        StringAssert.Contains(e.Message, name);
    }

    [TestMethod]
    public void Standardize_KeepsSlotNames()
    {
        var data = _ml.Data.LoadFromEnumerable([new Scalars { A = 1, B = 3 }]);
        var pipeline = _ml.Transforms.Concatenate("Features", "A", "B").Fit(data).Transform(data);
        var view = TransformChecks.FitAndCheck(_ml, _ml.Transforms.Sequences.Standardize("Features"), pipeline);
        CollectionAssert.AreEqual(new[] { "A", "B" }, view.SlotNames("Features"));
    }

    [TestMethod]
    public void Fit_OnWhatCannotBeLearnedFrom_SaysWhy()
    {
        var estimator = _ml.Transforms.Sequences.Standardize("Features");
        StringAssert.Contains(Assert.ThrowsExactly<InvalidOperationException>(() => estimator.Fit(Rows(2))).Message,
            "no rows to fit: input column 'Features'");
        StringAssert.Contains(
            Assert.ThrowsExactly<InvalidOperationException>(() => estimator.Fit(Rows(2, [1, 1], [1, float.PositiveInfinity]))).Message,
            "Input column 'Features', row 1: The value of channel 1 at step 0 is infinite");
        var scalar = Assert.ThrowsExactly<ArgumentOutOfRangeException>(
            () => _ml.Transforms.Sequences.Standardize("Label").Fit(Rows(2, [1, 1])));
        StringAssert.Contains(scalar.Message, "Input column 'Label' must be a vector of Single, [T, C] or [T], got String");
    }

    [TestMethod]
    public void Transform_OfAnotherNumberOfChannels_IsRefused()
    {
        var model = _ml.Transforms.Sequences.Standardize("Features").Fit(Rows(2, [1, 1]));
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => model.Transform(Rows(3, [1, 1, 1])))
                .Message, "a sequence of 2 channels as in training");
    }

    [TestMethod]
    [DataRow("", "Features", "outputColumnName")]
    [DataRow("Features", "", "inputColumnName")]
    public void Names_ThatAreEmpty_AreRefused(string output, string input, string parameter) => Assert.AreEqual(
        parameter, Assert.ThrowsExactly<ArgumentException>(() => _ml.Transforms.Sequences.Standardize(output, input)).ParamName);

    private IDataView Rows(int channels, params float[][] rows) =>
        SequenceRow.ToDataView(_ml, rows.Select(values => new SequenceRow { Features = values }), 0, channels);

    private sealed class Plain
    {
        [VectorType(2)]
        public float[] Features { get; set; } = [];
    }

    private sealed class Scalars
    {
        public float A { get; set; }

        public float B { get; set; }
    }
}
