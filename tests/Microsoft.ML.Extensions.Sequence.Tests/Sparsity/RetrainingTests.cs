using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Sequence.Tests.Sparsity;

/// <summary>Pruned models that are trained again.</summary>
[TestClass]
public sealed class RetrainingTests
{
    private const int Width = 16;

    private const string Recurrent = "blocks.0.forwards.recurrentWeight";

    private static readonly MLContext s_ml = new(1);

    private static readonly Row[] s_rows = [.. Enumerable.Range(0, 60).Select(i => new Row
    {
        Features = [.. Enumerable.Range(0, 12).Select(t => MathF.Sin((i * t) + t) + (i % 2))],
        Label = i % 2,
        Name = i % 2 == 0 ? "even" : "odd",
    })];

    private static readonly IDataView s_data = s_ml.Data.LoadFromEnumerable(s_rows);

    // So small that nothing moves visibly, but for the statistics of batch norms, which networks without convolutions lack.
    private static readonly RetrainingOptions s_still = new() { Epochs = 1, LearningRate = 1e-12 };

    [TestMethod]
    [DataRow(OptimizerKind.AdamW)]
    [DataRow(OptimizerKind.Momentum)]
    public void Zeros_Stay_AndWhatIsLeftLearns(OptimizerKind optimizer)
    {
        using var model = Fit(options => options.Training.Optimizer = optimizer);
        using var pruned = (NetworkTransformer)s_ml.Model.Prune(model, new PruningOptions { Density = 0.2 });
        var before = Persistence.Safetensors.Save(pruned.Model.Network);
        using var retrained = Retrain(pruned, new RetrainingOptions { Epochs = 20 });
        CollectionAssert.AreEqual(before, Persistence.Safetensors.Save(pruned.Model.Network));
        foreach (var matrix in pruned.Model.MeasureSparsity().Matrices)
        {
            var (old, now) = (Weights(pruned, matrix.Name), Weights(retrained, matrix.Name));
            Assert.IsTrue(old.Zip(now).All(pair => pair.First == 0 == (pair.Second == 0)), matrix.Name);
            Assert.IsFalse(old.SequenceEqual(now), matrix.Name);
        }
        Assert.IsLessThan(0.8 * Error(pruned), Error(retrained));
        var report = retrained.Model.MeasureSparsity();
        Assert.AreEqual(report.Density, report.MeanTrainingDensity!.Value, 1e-9);
        Assert.AreEqual(report.Density, report.PeakTrainingDensity!.Value, 1e-9);
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    public void Kept_BeginsWithTheWeightsOfEachNetworkOfTheModel(int ensembleSize)
    {
        using var model = Fit(options => (options.EnsembleSize, options.Bidirectional, options.ConvolutionWidth) = (ensembleSize, false, 0));
        using var pruned = (NetworkTransformer)s_ml.Model.Prune(model, new PruningOptions { Density = 0.5 });
        using var retrained = Retrain(pruned, s_still);
        Assert.AreEqual(pruned.Model.ParameterCount, retrained.Model.ParameterCount);
        foreach (var (name, _) in pruned.Model.ParameterShapes)
        {
            Assert.IsTrue(Weights(pruned, name).Zip(Weights(retrained, name)).All(pair => Math.Abs(pair.First - pair.Second) < 1e-6), name);
        }
        Assert.IsTrue(Scores(pruned).Zip(Scores(retrained)).All(pair => Math.Abs(pair.First - pair.Second) < 1e-4));
    }

    [TestMethod]
    public void Checks_HaveOtherWeights_AtTheSamePositions_OrAsManyInEachGate()
    {
        using var model = Fit(_ => { });
        using var pruned = (NetworkTransformer)s_ml.Model.Prune(model, new PruningOptions { Density = 0.25, Gates = SparsityGates.Redistributed });
        using var redrawn = Retrain(pruned, new RetrainingOptions { Epochs = 1, LearningRate = 1e-12, Start = RetrainingStart.Redrawn });
        using var shuffled = Retrain(pruned, new RetrainingOptions { Epochs = 1, LearningRate = 1e-12, Start = RetrainingStart.Shuffled });
        var (old, other, moved) = (Weights(pruned, Recurrent), Weights(redrawn, Recurrent), Weights(shuffled, Recurrent));
        Assert.IsTrue(old.Zip(other).All(pair => pair.First == 0 == (pair.Second == 0)));
        Assert.IsLessThan(0.05, old.Zip(other).Count(pair => pair.First != 0 && Math.Abs(pair.First - pair.Second) < 1e-4) / (double)old.Count(weight => weight != 0));
        Assert.IsFalse(old.Zip(moved).All(pair => pair.First == 0 == (pair.Second == 0)));
        CollectionAssert.AreEqual(
            old.Chunk(Width * Width).Select(gate => gate.Count(weight => weight != 0)).ToArray(),
            moved.Chunk(Width * Width).Select(gate => gate.Count(weight => weight != 0)).ToArray());
        // The same new weights, at other positions.
        Assert.IsTrue(other.Zip(moved).All(pair => pair.First == 0 || pair.Second == 0 || Math.Abs(pair.First - pair.Second) < 1e-6));
        Assert.IsTrue(other.Zip(moved).Any(pair => pair.First != 0 && pair.Second != 0));
    }

    [TestMethod]
    public void SmallerNetworks_StaySmaller_ThroughAFile()
    {
        using var model = Fit(options => (options.Bidirectional, options.ConvolutionWidth) = (false, 0));
        using var small = (NetworkTransformer)s_ml.Model.Prune(model, new PruningOptions { Structure = SparsityStructure.Neurons, Density = 0.5 });
        using var retrained = Retrain(small, new RetrainingOptions { Epochs = 3 });
        Assert.AreEqual(Width / 2, retrained.Model.ParameterShapes[Recurrent][1]);
        using var loaded = (NetworkTransformer)ModelFile.Load(s_ml, ModelFile.Save(s_ml, retrained, s_data.Schema));
        CollectionAssert.AreEqual(Scores(retrained), Scores(loaded));
        using var again = Retrain(loaded, s_still);
        Assert.IsTrue(Scores(loaded).Zip(Scores(again)).All(pair => Math.Abs(pair.First - pair.Second) < 1e-4));
    }

    [TestMethod]
    public void Chain_IsRetrainedWithWhatItsNetworkReads()
    {
        var pipeline = s_ml.Transforms.CopyColumns("Copy", "Features").Append(
            s_ml.Regression.Trainers.Recurrent(Options(options =>
                (options.FeatureColumnName, options.Bidirectional, options.ConvolutionWidth) = ("Copy", false, 0))));
        using var chain = pipeline.Fit(s_data);
        using var retrained = (TransformerChain<ITransformer>)s_ml.Model.Retrain(chain, s_data, s_still);
        Assert.IsTrue(Scores(chain).Zip(Scores(retrained)).All(pair => Math.Abs(pair.First - pair.Second) < 1e-4));
    }

    [TestMethod]
    public void WhatCannotBeRetrained_IsRefusedByName()
    {
        using var model = Fit(_ => { });
        Refused<ArgumentException>(model, s_data, "Epochs is -1", new RetrainingOptions { Epochs = -1 });
        Refused<ArgumentException>(new TransformerChain<ITransformer>(model, model), s_data, "several networks");
        Refused<ArgumentException>(s_ml.Transforms.CopyColumns("Copy", "Features").Fit(s_data), s_data, "no network");
        using var based = Fit(options => options.Base = SequenceBase.RandomConvolution);
        Refused<ArgumentException>(based, s_data, "has a base of RandomConvolution");
        var keys = s_ml.Transforms.Conversion.MapValueToKey("Class", "Name");
        using var classes = keys.Append(s_ml.MulticlassClassification.Trainers.Recurrent(Options(options => options.LabelColumnName = "Class"))).Fit(s_data);
        var others = s_ml.Data.LoadFromEnumerable(s_rows.Select(row => new Row { Features = row.Features, Label = row.Label, Name = row.Name + "!" }));
        Refused<InvalidOperationException>(
            classes.LastTransformer, keys.Fit(others).Transform(others), "The model was trained for Multiclass of 2 outputs (even, odd), and this is Multiclass of 2 outputs (even!, odd!)");
        var wider = s_ml.Data.LoadFromEnumerable(s_rows.Select(row => new WideRow { Features = [.. row.Features, .. row.Features], Label = row.Label }));
        Refused<InvalidOperationException>(model, wider, "embedding.weight' of [16, 2]");

        static void Refused<TException>(ITransformer model, IDataView data, string message, RetrainingOptions? options = null)
            where TException : Exception =>
            StringAssert.Contains(Assert.ThrowsExactly<TException>(() => s_ml.Model.Retrain(model, data, options)).Message, message);
    }

    [TestMethod]
    public void Cancelled_Throws()
    {
        using var model = Fit(_ => { });
        Assert.ThrowsExactly<OperationCanceledException>(
            () => s_ml.Model.Retrain(model, s_data, new RetrainingOptions { CancellationToken = new CancellationToken(canceled: true) }));
    }

    [TestMethod]
    public void Retrain_LeavesNoTensorOnceDisposed() => LiveTensors.AssertNoneLeft(() =>
    {
        using var model = Fit(_ => { });
        Retrain(model, new RetrainingOptions { Epochs = 1, Start = RetrainingStart.Shuffled }).Dispose();
    });

    private static NetworkTransformer Retrain(NetworkTransformer model, RetrainingOptions options) =>
        (NetworkTransformer)s_ml.Model.Retrain(model, s_data, options);

    private static NetworkTransformer Fit(Action<RecurrentOptions> change) => s_ml.Regression.Trainers.Recurrent(Options(change)).Fit(s_data);

    private static RecurrentOptions Options(Action<RecurrentOptions> change)
    {
        var options = new RecurrentOptions { HiddenSize = Width, Layers = 1, EnsembleSize = 1, Base = SequenceBase.None };
        (options.Training.Epochs, options.Training.Seed) = (5, 1);
        change(options);
        return options;
    }

    private static float[] Weights(NetworkTransformer model, string name) => model.Model.Network.named_parameters()
        .First(named => named.name == name).parameter.data<float>().ToArray();

    private static float[] Scores(ITransformer model) => [.. model.Transform(s_data).GetColumn<float>("Score")];

    private static double Error(NetworkTransformer model) => s_ml.Regression.Evaluate(model.Transform(s_data)).RootMeanSquaredError;

    private sealed class Row
    {
        [VectorType(12, 1)]
        public float[] Features { get; set; } = [];

        public float Label { get; set; }

        public string Name { get; set; } = "";
    }

    private sealed class WideRow
    {
        [VectorType(12, 2)]
        public float[] Features { get; set; } = [];

        public float Label { get; set; }
    }
}
