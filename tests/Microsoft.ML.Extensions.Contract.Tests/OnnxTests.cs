using Microsoft.ML.Data;

namespace Microsoft.ML.Extensions.Contract.Tests;

/// <summary>A pipeline that has no ONNX form is refused by name: ML.NET's converter would write a model that lacks its steps.</summary>
[TestClass]
public sealed class OnnxTests
{
    [TestMethod, EveryTrainer]
    public void Trainer_IsRefused(TrainerCase trainer)
    {
        var saved = SavedModel.Of(trainer);
        AssertRefused(saved.Context, saved.Model, saved.Data, "'Score'");
    }

    [TestMethod]
    public void TransformsThatKeepRows_AreRefused_AlsoUnderTheNameOfTheirInput()
    {
        var ml = new MLContext(1);
        var data = ml.Data.LoadFromEnumerable(Rows());
        AssertRefused(ml, ml.Transforms.Sequences.Reshape("Vector", "Vector", 1).Fit(data), data, "'Vector'");
        AssertRefused(ml, ml.Transforms.Sequences.Standardize("Vector").Append(ml.Transforms.CopyColumns("Copy", "Vector")).Fit(data),
            data, "'Vector'");
    }

    [TestMethod]
    public void TransformsThatChangeRows_AreRefused()
    {
        var ml = new MLContext(1);
        var data = ml.Data.LoadFromEnumerable(Rows());
        AssertRefused(ml, ml.Transforms.Sequences.Window("Features", ["X", "Y"], 3).Fit(data), data, "'Features'");
        AssertRefused(ml, ml.Transforms.Sequences.Group("Features", "Id", "Time", "X", "Y").Fit(data), data, "'Features'");
    }

    [TestMethod]
    public void ThePartBeforeThePack_IsConverted()
    {
        var ml = new MLContext(1);
        var data = ml.Data.LoadFromEnumerable(Rows());
        using var file = new MemoryStream();
        ml.Model.ConvertToOnnx(ml.Transforms.NormalizeMeanVariance("Vector").Fit(data), data, file);
        Assert.IsGreaterThan(0, file.Length);
    }

    private static void AssertRefused(MLContext ml, ITransformer model, IDataView data, string column)
    {
        using var file = new MemoryStream();
        var e = Assert.ThrowsExactly<InvalidOperationException>(() => ml.Model.ConvertToOnnx(model, data, file));
        StringAssert.Contains(e.Message, "cannot be converted to ONNX");
        StringAssert.Contains(e.Message, column);
        Assert.AreEqual(0, file.Length, "A model was written.");
    }

    private static Row[] Rows() =>
        [.. Enumerable.Range(0, 12).Select(i => new Row { Id = $"{i / 6}", Time = i, X = i, Y = -i, Vector = [i, 2 * i] })];

    private sealed class Row
    {
        public string Id { get; set; } = "";

        public float Time { get; set; }

        public float X { get; set; }

        public float Y { get; set; }

        [VectorType(2)]
        public float[] Vector { get; set; } = [];
    }
}
