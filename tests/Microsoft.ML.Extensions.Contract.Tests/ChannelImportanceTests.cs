using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Sequence;
using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Contract.Tests;

[TestClass]
public sealed class ChannelImportanceTests
{
    [TestMethod, Trained]
    [DataRow("ParaRnn, multiclass")]
    [DataRow("ParaRnn, binary")]
    [DataRow("ParaRnn, regression")]
    [DataRow("NeuralTangentKernel, multiclass")]
    [DataRow("NeuralTangentKernel, regression")]
    [DataRow("RandomConvolution, multiclass")]
    [DataRow("RandomConvolution, regression")]
    public void TheChannelThatDeterminesTheLevel_Matters_AndTheOneOfNoiseDoesNot(string name)
    {
        var trainer = TrainerCases.Named(name);
        var ml = new MLContext(TrainedSeed.From(1));
        var train = trainer.Load(ml, 90, TrainedSeed.From(1));
        using var model = trainer.Create(ml, trainer.Learning()).Fit(train);
        var data = trainer.Load(ml, 360, TrainedSeed.From(2));
        var loaded = ModelFile.Load(
            ml, ModelFile.Save(ml, ml.Transforms.CopyColumns("Copy", "Features").Fit(train).Append(model), train.Schema));
        foreach (var used in (ITransformer[])[model, loaded])
        {
            var losses = Losses(ml, trainer, used, data);
            TrainedBound.Above(losses["Channel 0"], 0.25, "loss by the channel of the level");
            TrainedBound.Near(0, losses["Channel 1"], 0.12, "loss by the channel of noise");
        }
    }

    [TestMethod]
    public void RowsOfTables_GiveTheirColumnsNames()
    {
        var ml = new MLContext(1);
        var data = ml.Data.LoadFromEnumerable(Rows());
        var windows = ml.Transforms.Sequences.Window("Features", ["X", "Y"], 3).Append(ml.Transforms.Sequences.Standardize("Features"))
            .Fit(data).Transform(data);
        AssertNames(ml, windows, "X", "Y");
        var groups = ml.Transforms.Sequences.Group("Features", "Id", "Time", "X", "Y")
            .Append(ml.Transforms.Sequences.Standardize("Features"))
            .Append(ml.Transforms.CustomMapping<Empty, Target>((_, output) => output.Y = 1, null)).Fit(data).Transform(data);
        AssertNames(ml, groups, "X", "Y");
    }

    [TestMethod]
    public void FeatureImportanceOfMLNet_NamesTheSlotsOfReshape_AlsoOfALoadedModel()
    {
        var ml = new MLContext(1);
        var data = ml.Data.LoadFromEnumerable(Rows());
        var model = ml.Transforms.Sequences.Reshape("Features", "Vector", 2).Append(Trainer(ml)).Fit(data);
        var loaded = ModelFile.Load(ml, ModelFile.Save(ml, model, data.Schema));
        foreach (var used in (ITransformer[])[model, loaded])
        {
            var importance = ml.Regression.PermutationFeatureImportance(
                used, used.Transform(data), labelColumnName: "Y", permutationCount: 1);
            CollectionAssert.AreEquivalent(new[] { "Vector.0", "Vector.1", "Vector.2", "Vector.3" }, importance.Keys.ToArray());
            Assert.IsTrue(importance.Values.Any(value => value.MeanAbsoluteError.Mean != 0));
        }
    }

    [TestMethod]
    public void WhatHasNoChannels_IsRefusedByName()
    {
        var ml = new MLContext(1);
        var data = ml.Data.LoadFromEnumerable(Rows());
        var other = ml.Transforms.CopyColumns("Copy", "Y").Fit(data);
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => ml.Regression.PermutationChannelImportance(other, data))
                .Message, "PermutationFeatureImportance");
        var trainer = TrainerCases.Named("ParaRnn, regression");
        using var tokens = trainer.Fit(ml, trainer.Load(ml, 18, input: ToyInput.Tokens));
        var e = Assert.ThrowsExactly<ArgumentException>(
            () => ml.Regression.PermutationChannelImportance(tokens, trainer.Load(ml, 18, input: ToyInput.Tokens)));
        StringAssert.Contains(e.Message, "'Features' is of tokens");
    }

    private static void AssertNames(MLContext ml, IDataView data, params string[] names)
    {
        using var model = Trainer(ml).Fit(data);
        var importance = ml.Regression.PermutationChannelImportance(model, data, "Y", permutationCount: 3);
        CollectionAssert.AreEquivalent(names, importance.Keys.ToArray());
        Assert.IsTrue(importance.Values.All(value => value.RSquared.Count == 3));
    }

    private static ParaRnnTrainer Trainer(MLContext ml) => ml.Regression.Trainers.ParaRnn(new ParaRnnOptions
    {
        LabelColumnName = "Y",
        Base = SequenceBase.None,
        HiddenSize = 8,
        Layers = 1,
        EnsembleSize = 1,
        Training = new() { Epochs = 3, Seed = 1 },
    });

    // What the model loses of its skill where a channel is exchanged.
    private static Dictionary<string, double> Losses(MLContext ml, TrainerCase trainer, ITransformer model, IDataView data) =>
        trainer.Task.Name switch
        {
            "multiclass" => ml.MulticlassClassification.PermutationChannelImportance(model, data)
                .ToDictionary(pair => pair.Key, pair => -pair.Value.MicroAccuracy.Mean),
            "binary" => ml.BinaryClassification.PermutationChannelImportance(model, data)
                .ToDictionary(pair => pair.Key, pair => -pair.Value.Accuracy.Mean),
            _ => ml.Regression.PermutationChannelImportance(model, data).ToDictionary(pair => pair.Key, pair => -pair.Value.RSquared.Mean),
        };

    private static Row[] Rows() =>
    [
        .. Enumerable.Range(0, 24).Select(i => new Row
        {
            Id = $"{i / 6}", Time = i, X = i % 5, Y = -i % 7, Vector = [i % 5, i % 3, -i % 7, i % 2],
        }),
    ];

    private sealed class Row
    {
        public string Id { get; set; } = "";

        public float Time { get; set; }

        public float X { get; set; }

        public float Y { get; set; }

        [VectorType(4)]
        public float[] Vector { get; set; } = [];
    }

    private sealed class Empty;

    private sealed class Target
    {
        public float Y { get; set; }
    }
}
