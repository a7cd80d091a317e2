using Microsoft.ML.Extensions.Interpretability;
using Microsoft.ML.Extensions.Sequence;
using Microsoft.ML.Extensions.Tests;
using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Contract.Tests;

/// <summary>Every model names its layers, and gives their activations for each row.</summary>
[TestClass]
public sealed class LayerTests
{
    private const int Rows = 18;
    private const int Together = 7;

    [TestMethod, EveryTrainer]
    public void EachLayer_HasActivationsOfEveryRow_WhateverRowsItIsReadWith(TrainerCase trainer)
    {
        var ml = new MLContext(1);
        foreach (var input in trainer.Inputs)
        {
            var data = trainer.Load(ml, Rows, input: input);
            using var model = trainer.Fit(ml, data);
            Assert.AreEqual(trainer.Name.StartsWith("NeuralTangentKernel", StringComparison.Ordinal), model.Layers.Count == 0);
            using var scope = NewDisposeScope();
            using var whole = model.ReadLayers(data, Rows);
            using var parts = model.ReadLayers(data, Together);
            CollectionAssert.AreEqual(model.Layers.ToArray(), whole.Layers.ToArray());
            var all = whole.Next();
            Assert.IsEmpty(whole.Next());
            var first = 0L;
            for (var some = parts.Next(); some.Count > 0; some = parts.Next())
            {
                for (var layer = 0; layer < some.Count; layer++)
                {
                    AssertAlike(all[layer].narrow(0, first, some[layer].shape[0]), some[layer], $"{input.Name}, {model.Layers[layer]}");
                }
                first += some[0].shape[0];
            }
            Assert.AreEqual(all.Count == 0 ? 0 : Rows, first);
        }
    }

    [TestMethod]
    public void Ensembles_NameTheNetworkOfALayer()
    {
        var (ml, trainer) = (new MLContext(1), TrainerCases.Named("Recurrent, multiclass"));
        using var model = trainer.Fit(ml, trainer.Load(ml, Rows), options => options.EnsembleSize = 2);
        CollectionAssert.AreEqual(
            new[] { "embedding", "blocks.0", "pooling" }.SelectMany(_ => new[] { 0, 1 }, (layer, member) => $"members.{member}.{layer}").Order().ToArray(),
            model.Layers.Order().ToArray());
        Assert.AreEqual("members.0.embedding", model.Layers[0]);
    }

    [TestMethod]
    public void ModelsWithABase_HaveItsFeaturesFirst()
    {
        var ml = new MLContext(1);
        using var model = BasedToy.Fit(ml, BasedToy.View(ml, BasedToy.Rows(100, 1)));
        Assert.AreEqual("base.features", model.Layers[0]);
        Assert.Contains("members.1.blocks.0", model.Layers);
    }

    [TestMethod, EveryTrainer]
    public void Model_IsAlikeItself_LayerByLayer(TrainerCase trainer)
    {
        var ml = new MLContext(1);
        var data = trainer.Load(ml, Rows);
        using var model = trainer.Fit(ml, data);
        if (model.Layers.Count == 0)
        {
            StringAssert.Contains(
                Assert.ThrowsExactly<ArgumentException>(() => ml.Model.CompareRepresentations(model, model, data)).Message, "has no layers");
            return;
        }
        var report = ml.Model.CompareRepresentations(model, model, data, new RepresentationOptions { BatchSize = 9 });
        foreach (var layer in model.Layers)
        {
            Assert.AreEqual(1, report.Of(layer, layer).Cka, 1e-6, layer);
            Assert.AreEqual(1, report.Of(layer, layer).UnbiasedCka, 1e-6, layer);
        }
        Assert.AreEqual(Rows, report.Rows);
        Assert.HasCount(model.Layers.Count * model.Layers.Count, report.Pairs);
        foreach (var pair in report.Pairs)
        {
            Assert.AreEqual(pair.Cka, report.Of(pair.OtherLayer, pair.Layer).Cka, 1e-9);
            Assert.IsTrue(pair.Cka is >= 0 and <= 1 + 1e-9 && pair.UnbiasedCka is >= -1 - 1e-9 and <= 1 + 1e-9);
        }
    }

    [TestMethod]
    public void ModelsOfOtherColumns_AreCompared_OnTheirRows()
    {
        var ml = new MLContext(1);
        var data = ml.Transforms.CopyColumns("Others", "Features").Fit(Toy(ml)).Transform(Toy(ml));
        var options = new ParaRnnOptions { HiddenSize = 4, Layers = 1, EnsembleSize = 1, FeatureColumnName = "Others", Base = SequenceBase.None };
        options.Training.Epochs = 1;
        using var other = ml.Regression.Trainers.ParaRnn(options).Fit(data);
        using var model = TrainerCases.Named("DeepNetwork, regression").Fit(ml, data);
        var report = ml.Model.CompareRepresentations(model, other, data);
        CollectionAssert.AreEqual(model.Layers.ToArray(), report.Layers.ToArray());
        CollectionAssert.AreEqual(other.Layers.ToArray(), report.OtherLayers.ToArray());
    }

    [TestMethod]
    public void Comparison_RefusesWhatItCannotDo()
    {
        var ml = new MLContext(1);
        var data = Toy(ml);
        using var model = TrainerCases.Named("ParaRnn, regression").Fit(ml, data);
        StringAssert.Contains(
            Assert.ThrowsExactly<InvalidOperationException>(
                () => ml.Model.CompareRepresentations(model, model, ml.Data.TakeRows(data, 3))).Message, "fewer than 4 rows");
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(
                () => ml.Model.CompareRepresentations(model, model, data, new RepresentationOptions { BatchSize = 3 })).Message, "BatchSize is 3");
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => ml.Model.CompareRepresentations(model, model, data).Of("head", "pooling")).Message,
            "it has: embedding, blocks.0, pooling");
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(
            () => ml.Model.CompareRepresentations(model, model, ml.Transforms.DropColumns("Features").Fit(data).Transform(data)));
        using var source = new CancellationTokenSource();
        source.Cancel();
        Assert.ThrowsExactly<OperationCanceledException>(
            () => ml.Model.CompareRepresentations(model, model, data, new RepresentationOptions { CancellationToken = source.Token }));
        model.Dispose();
        Assert.ThrowsExactly<ObjectDisposedException>(() => ml.Model.CompareRepresentations(model, model, data));
        Assert.ThrowsExactly<ObjectDisposedException>(() => model.Layers);
    }

    [TestMethod]
    public void Comparison_LeavesNoTensor() => LiveTensors.AssertNoneLeft(() =>
    {
        var ml = new MLContext(1);
        var data = Toy(ml);
        using var model = TrainerCases.Named("ParaRnn, regression").Fit(ml, data);
        ml.Model.CompareRepresentations(model, model, data, new RepresentationOptions { BatchSize = 5 });
    });

    private static IDataView Toy(MLContext ml) => TrainerCases.Named("ParaRnn, regression").Load(ml, Rows, input: ToyInput.Equal);

    // Fewer steps leave out features at the end, which are padding.
    private static void AssertAlike(Tensor more, Tensor fewer, string layer)
    {
        var features = Math.Min(more.shape[1], fewer.shape[1]);
        var scale = more.abs().max().Item<float>();
        Assert.IsTrue(float.IsFinite(scale), layer);
        Assert.IsLessThanOrEqualTo(1e-4f * scale, more.narrow(1, 0, features).Minus(fewer.narrow(1, 0, features)).abs().max().Item<float>(), layer);
        foreach (var rest in new[] { more, fewer }.Where(rows => rows.shape[1] > features))
        {
            Assert.AreEqual(0, rest.narrow(1, features, rest.shape[1] - features).abs().max().Item<float>(), layer);
        }
    }
}
