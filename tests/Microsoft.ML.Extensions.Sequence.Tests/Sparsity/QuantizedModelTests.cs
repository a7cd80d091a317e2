using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Persistence;
using Microsoft.ML.Extensions.Scoring;
using Microsoft.ML.Extensions.Tests;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence.Tests.Sparsity;

/// <summary>Models with weights of eight bits: what is rounded to what, what a file holds, and what changes.</summary>
[TestClass]
public sealed class QuantizedModelTests
{
    private static readonly MLContext s_ml = new(1);

    private static readonly IDataView s_data = s_ml.Data.LoadFromEnumerable(Enumerable.Range(0, 60).Select(i => new Row
    {
        Features = [.. Enumerable.Range(0, 12).Select(t => MathF.Sin((i * t) + t) + (i % 2))],
        Label = i % 2,
    }).ToArray());

    [TestMethod]
    public void Weights_AreTheNearestMultiplesOfTheScaleOfTheirOutput_AndOthersStay()
    {
        using var model = Fit();
        using var quantized = (NetworkTransformer)s_ml.Model.Quantize(model);
        var (before, after) = (Named(model), Named(quantized));
        var matrices = IWeightMatrices.Of(model.Model.Network).ToDictionary(found => found.Name, found => found.Matrix);
        foreach (var (name, weights) in before)
        {
            if (!matrices.TryGetValue(name, out var matrix))
            {
                CollectionAssert.AreEqual(weights.data<float>().ToArray(), after[name].data<float>().ToArray(), name);
                continue;
            }
            // Rows of a convolution are outputs by taps.
            var taps = (int)matrix.Kernel.Aggregate(1L, (product, side) => product * side);
            var (old, now) = (Rows(matrix, weights, taps), Rows(matrix, after[name], taps));
            foreach (var (was, becomes) in old.Zip(now))
            {
                var scale = was.Max(Math.Abs) / 127;
                Assert.IsTrue(was.Zip(becomes).All(pair => Math.Abs(pair.First - pair.Second) <= 0.5001 * scale), name);
                Assert.IsTrue(becomes.All(weight => Math.Abs((weight / scale) - MathF.Round(weight / scale)) < 1e-3), name);
                Assert.AreEqual(was.Max(Math.Abs), becomes.Max(Math.Abs), 1e-6 * was.Max(Math.Abs));
            }
        }
    }

    [TestMethod]
    public void File_IsAQuarter_AndScoresAreTheSameAfterIt()
    {
        using var model = Fit();
        using var quantized = (NetworkTransformer)s_ml.Model.Quantize(model);
        var (whole, small) = (ModelFile.Save(s_ml, model, s_data.Schema), ModelFile.Save(s_ml, quantized, s_data.Schema));
        Assert.IsTrue(small.Length < 0.33 * whole.Length, $"{small.Length} of {whole.Length} bytes");
        Assert.IsTrue(quantized.Model.MeasureSparsity().PackedBytes < small.Length);
        using var loaded = (NetworkTransformer)ModelFile.Load(s_ml, small);
        CollectionAssert.AreEqual(Scores(quantized), Scores(loaded));
        Assert.AreEqual(small.Length, ModelFile.Save(s_ml, loaded, s_data.Schema).Length);
        CollectionAssert.AreNotEqual(Scores(model), Scores(quantized));
        Assert.IsTrue(Scores(model).Zip(Scores(quantized)).All(pair => Math.Abs(pair.First - pair.Second) < 0.1));
    }

    [TestMethod]
    public void WeightsOfZero_StayZero_AndPruningAQuantizedModelGivesSinglePrecision()
    {
        using var model = Fit();
        using var pruned = (NetworkTransformer)s_ml.Model.Prune(model, new PruningOptions { Density = 0.25 });
        using var quantized = (NetworkTransformer)s_ml.Model.Quantize(pruned);
        Assert.IsTrue(quantized.Model.MeasureSparsity().Density <= 0.2501);
        using var again = (NetworkTransformer)s_ml.Model.Prune(quantized, new PruningOptions { Density = 0.1 });
        Assert.IsTrue(ModelFile.Save(s_ml, again, s_data.Schema).Length > 0);
        using var loaded = (NetworkTransformer)ModelFile.Load(s_ml, ModelFile.Save(s_ml, again, s_data.Schema));
        CollectionAssert.AreEqual(Scores(again), Scores(loaded));
        Assert.AreEqual(0.1, loaded.Model.MeasureSparsity().Density, 1e-3);
    }

    [TestMethod]
    [DataRow("missing")]
    [DataRow("shape")]
    [DataRow("nan")]
    public void DamagedScales_AreRefused(string damage)
    {
        using var scope = NewDisposeScope();
        var whole = ones(2, 3).to_type(ScalarType.Int8);
        var scale = damage switch
        {
            "shape" => ones(3, 1),
            "nan" => tensor(new[] { 1f, float.NaN }, 2, 1),
            _ => ones(2, 1),
        };
        var file = Safetensors.Write(damage == "missing" ? [("weight", whole)] : [("weight", whole), ("weight.scale", scale)]);
        StringAssert.Contains(Assert.ThrowsExactly<FormatException>(() => QuantizedWeights.Expand(file)).Message, "weight");
    }

    [TestMethod]
    public void CompareScores_SaysWhatChanged()
    {
        using var model = Fit();
        using var quantized = (NetworkTransformer)s_ml.Model.Quantize(model);
        var same = s_ml.Model.CompareScores(model, model, s_data, runs: 1);
        Assert.AreEqual((60L, 0.0, 0.0), (same.Rows, same.MeanChange, same.LargestChange));
        Assert.AreEqual(same.BytesBefore, same.BytesAfter);
        var found = s_ml.Model.CompareScores(model, quantized, s_data);
        var changes = Scores(model).Zip(Scores(quantized), (one, other) => Math.Abs((double)one - other)).ToArray();
        Assert.AreEqual(changes.Max(), found.LargestChange, 1e-9);
        Assert.AreEqual(Math.Sqrt(changes.Average(change => change * change)), found.MeanChange, 1e-9);
        Assert.IsNull(found.ChangedLabels);
        Assert.AreEqual(ModelFile.Save(s_ml, quantized, s_data.Schema).Length, found.BytesAfter);
        Assert.IsTrue(found.MillisecondsBefore > 0 && found.MillisecondsAfter > 0);
        StringAssert.Contains(found.ToString(), "none predicted");
    }

    [TestMethod]
    public void CompareScores_CountsOtherLabels()
    {
        using var model = FitClasses(1);
        using var other = FitClasses(2);
        var found = s_ml.Model.CompareScores(model, other, s_data, runs: 1);
        var labels = Labels(model).Zip(Labels(other)).Count(pair => pair.First != pair.Second);
        Assert.AreEqual(labels / 60.0, found.ChangedLabels);
        using var regression = Fit();
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(
            () => s_ml.Model.CompareScores(regression, new TransformerChain<ITransformer>(), s_data)).Message, "no network");

        static bool[] Labels(NetworkTransformer model) => [.. model.Transform(s_data).GetColumn<bool>("PredictedLabel")];
    }

    [TestMethod]
    public void Quantize_RefusesWhatHasNoMatrices_AndLeavesNoTensor()
    {
        Assert.ThrowsExactly<ArgumentException>(() => s_ml.Model.Quantize(new TransformerChain<ITransformer>()));
        LiveTensors.AssertNoneLeft(() =>
        {
            using var model = Fit();
            using var quantized = (NetworkTransformer)s_ml.Model.Quantize(model);
            using var loaded = (NetworkTransformer)ModelFile.Load(s_ml, ModelFile.Save(s_ml, quantized, s_data.Schema));
        });
    }

    private static float[][] Rows(WeightMatrix matrix, Tensor weights, int taps) => [.. matrix.ToMatrices(weights).data<float>().ToArray()
        .Chunk(matrix.Columns * taps)];

    private static Dictionary<string, TorchSharp.Modules.Parameter> Named(NetworkTransformer model) =>
        model.Model.Network.named_parameters().ToDictionary(named => named.name, named => named.parameter);

    private static NetworkTransformer Fit()
    {
        var options = new RecurrentOptions { HiddenSize = 48, Layers = 1, EnsembleSize = 1, Base = SequenceBase.None };
        (options.Training.Epochs, options.Training.Seed) = (2, 1);
        return s_ml.Regression.Trainers.Recurrent(options).Fit(s_data);
    }

    private static NetworkTransformer FitClasses(int seed)
    {
        var options = new RecurrentOptions { HiddenSize = 4, Layers = 1, EnsembleSize = 1, Base = SequenceBase.None, ConvolutionWidth = 0, LabelColumnName = "Class" };
        (options.Training.Epochs, options.Training.Seed) = (1, seed);
        return s_ml.BinaryClassification.Trainers.Recurrent(options).Fit(
            s_ml.Transforms.Conversion.ConvertType("Class", "Label", DataKind.Boolean).Fit(s_data).Transform(s_data));
    }

    private static float[] Scores(NetworkTransformer model) => [.. model.Transform(s_data).GetColumn<float>("Score")];

    private sealed class Row
    {
        [VectorType(12, 1)]
        public float[] Features { get; set; } = [];

        public float Label { get; set; }
    }
}
