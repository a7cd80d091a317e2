using Microsoft.ML.Data;

namespace Microsoft.ML.Extensions.Kernels.Tests;

/// <summary>Numbers of single precision's whole range, in training and in scoring: no score is NaN, so no label comes from one.</summary>
[TestClass]
public sealed class HugeInputTests
{
    private readonly MLContext _ml = new(1);

    [TestMethod]
    [DataRow(new[] { 9.9e37f }), DataRow(new[] { 3.4e38f }), DataRow(new[] { -3.4e38f }), DataRow(new[] { 3.4e38f, -3.4e38f })]
    public void NeuralTangentKernel_ScoresAreFinite(float[] values)
    {
        foreach (var scaling in Enum.GetValues<InputScaling>())
        {
            AssertFinite(values, train => _ml.BinaryClassification.Trainers.NeuralTangentKernel(
                new NeuralTangentKernelOptions { LabelColumnName = "Flag", Scaling = scaling, Depth = 2 }).Fit(train));
            AssertFinite(values, train => _ml.MulticlassClassification.Trainers.NeuralTangentKernel(
                new NeuralTangentKernelOptions { Scaling = scaling, Depth = 2 }).Fit(train));
            AssertFinite(values, train => _ml.Regression.Trainers.NeuralTangentKernel(
                new NeuralTangentKernelOptions { LabelColumnName = "Number", Scaling = scaling, Depth = 2 }).Fit(train));
        }
    }

    [TestMethod]
    [DataRow(new[] { 9.9e37f }), DataRow(new[] { 3.4e38f }), DataRow(new[] { -3.4e38f }), DataRow(new[] { 3.4e38f, -3.4e38f })]
    public void DeepNetwork_ScoresAreFinite(float[] values)
    {
        foreach (var normalization in Enum.GetValues<DeepNormalization>())
        {
            AssertFinite(values, train => _ml.BinaryClassification.Trainers.DeepNetwork(Options("Flag")).Fit(train));
            AssertFinite(values, train => _ml.MulticlassClassification.Trainers.DeepNetwork(Options("Label")).Fit(train));
            AssertFinite(values, train => _ml.Regression.Trainers.DeepNetwork(Options("Number")).Fit(train));

            DeepNetworkOptions Options(string label)
            {
                var options = new DeepNetworkOptions { LabelColumnName = label, Normalization = normalization };
                options.Training.Epochs = 2;
                return options;
            }
        }
    }

    // Trained without such numbers and with them, scored with and without.
    private void AssertFinite(float[] values, Func<IDataView, NetworkTransformer> fit)
    {
        var (usual, huge) = (TableRow.Quadrants(30, 1), TableRow.Quadrants(30, 1));
        for (var i = 0; i < values.Length; i++)
        {
            huge[5 + i].Features = [values[i], 0.1f, values[^1]];
        }
        foreach (var rows in new[] { usual, huge })
        {
            using var model = fit(TableRow.View(_ml, rows));
            var scored = model.Transform(TableRow.View(_ml, [.. usual, .. huge]));
            var scores = scored.Schema["Score"].Type is VectorDataViewType
                ? scored.GetColumn<float[]>("Score").SelectMany(row => row) : scored.GetColumn<float>("Score");
            Assert.IsTrue(scores.All(float.IsFinite), $"trained with {rows[5].Features[0]}");
        }
    }
}
