using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Sequence;
using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Contract.Tests;

/// <summary>A loaded model has the feature type of training, and whoever reads a model says the same of a wrong one.</summary>
[TestClass]
public sealed class FeatureTypeTests
{
    [TestMethod, EveryTrainer]
    public void FeatureColumnType_IsThatOfTheData_AlsoOfALoadedModel(TrainerCase trainer)
    {
        foreach (var input in trainer.Inputs)
        {
            var ml = new MLContext(1);
            var data = trainer.Load(ml, 18, input: input);
            using var model = trainer.Fit(ml, data);
            using var loaded = (NetworkTransformer)Load(ml, model, data.Schema, out var schema);
            Assert.AreEqual(data.Schema["Features"].Type, model.FeatureColumnType);
            Assert.AreEqual(data.Schema["Features"].Type, loaded.FeatureColumnType);
            Assert.AreEqual(data.Schema["Features"].Type, schema["Features"].Type);
        }
    }

    [TestMethod]
    [DataRow(16, 1)]
    [DataRow(0, 1)]
    [DataRow(1, 16)]
    public void DimensionsOfOne_AreKept(int steps, int channels)
    {
        var ml = new MLContext(1);
        var data = SequenceRow.ToDataView(ml, TinyData.Rows(12, seed: 1), steps, channels);
        using var model = Tiny(ml).Fit(data);
        using var loaded = (NetworkTransformer)Load(ml, model, data.Schema, out _);
        Assert.AreEqual(data.Schema["Features"].Type, model.FeatureColumnType);
        Assert.AreEqual(data.Schema["Features"].Type, loaded.FeatureColumnType);
    }

    [TestMethod]
    public void EveryReader_SaysHowAClassDeclaresTheColumn()
    {
        var ml = new MLContext(1);
        var data = SequenceRow.ToDataView(ml, TinyData.Rows(12, seed: 1, channels: 2), 0, 2);
        var model = ml.Transforms.CopyColumns("Copy", "Target").Append(Tiny(ml)).Fit(data);
        Action[] readers =
        [
            () => ml.Model.CreatePredictionEngine<SequenceRow, Prediction>(model, new PredictionEngineOptions { OwnsTransformer = false }),
            () => ml.Model.CreateStreamingEngine<SequenceRow, Prediction>(model),
            () => model.Transform(ml.Data.LoadFromEnumerable(TinyData.Rows(3, seed: 1, channels: 2))),
        ];
        foreach (var reader in readers)
        {
            StringAssert.Contains(Assert.ThrowsExactly<ArgumentOutOfRangeException>(reader).Message, "[VectorType(0, 2)]");
        }
    }

    [TestMethod]
    public void SamplingRate_IsSetOnWhatLoadReturns()
    {
        var ml = new MLContext(1);
        var data = SequenceRow.ToDataView(ml, TinyData.Rows(12, seed: 1), 0, 1);
        var options = new LsslOptions
        {
            LabelColumnName = "Target",
            Base = SequenceBase.None,
            HiddenSize = 8,
            Layers = 1,
            StateSize = 8,
            EnsembleSize = 1,
            ConvolutionWidth = 0,
            Training = new() { Epochs = 2, Seed = 1 },
        };
        var trained = ml.Regression.Trainers.Lssl(options).Fit(data);
        var chain = ml.Transforms.CopyColumns("Copy", "Target").Fit(data).Append(trained).Append(ml.Transforms.CopyColumns("Result", "Score").Fit(trained.Transform(data)));
        var loaded = Load(ml, chain, data.Schema, out _);
        var slower = loaded.WithSamplingRate(0.5);
        // ML.NET reads the chain on a thread of its own: the bits are equal where libtorch's number of threads holds there, too.
        var expected = trained.WithSamplingRate(0.5).Transform(data).GetColumn<float>("Score").ToArray();
        CollectionAssert.AreEqual(expected, slower.Transform(data).GetColumn<float>("Result").ToArray());
        CollectionAssert.AreNotEqual(expected, loaded.Transform(data).GetColumn<float>("Result").ToArray());
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => ml.Transforms.CopyColumns("Copy", "Target").Fit(data).WithSamplingRate(2)).Message, "no Lssl");
    }

    private static ParaRnnTrainer Tiny(MLContext ml) => ml.Regression.Trainers.ParaRnn(new ParaRnnOptions
    {
        LabelColumnName = "Target",
        HiddenSize = 8,
        Layers = 1,
        EnsembleSize = 1,
        Bidirectional = false,
        Pooling = SequencePooling.Mean,
        Training = new() { Epochs = 1, Seed = 1 },
    });

    private static ITransformer Load(MLContext ml, ITransformer model, DataViewSchema inputSchema, out DataViewSchema schema)
    {
        using var file = new MemoryStream(ModelFile.Save(ml, model, inputSchema));
        return ml.Model.Load(file, out schema);
    }

    private sealed class Prediction
    {
        public float Score { get; set; }
    }
}
