using Microsoft.ML.Extensions.Tests;
using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence.Tests.Recurrent;

[TestClass]
public sealed class RandomGraphLayerTests
{
    private const string Mask = "inputMask", Weight = "inputWeight";

    [TestMethod]
    public void MaskedWeights_AreZeroAfterTraining()
    {
        var ml = new MLContext(1);
        RecurrentOptions options = new()
        {
            LabelColumnName = "Target",
            Base = SequenceBase.None,
            Structure = RecurrentStructure.RandomGraph,
            Graph = { Nodes = 20 },
            HiddenSize = 8,
            Layers = 1,
            EnsembleSize = 1,
            Training = { Epochs = 3 },
        };
        using var model = ml.Regression.Trainers.Recurrent(options).Fit(ml.Data.LoadFromEnumerable(CylinderBellFunnel.Rows(24, 1)));
        using var scope = NewDisposeScope();
        var weights = model.Model.Network.state_dict();
        var masks = weights.Where(pair => pair.Key.EndsWith(Mask, StringComparison.Ordinal)).ToArray();
        Assert.IsNotEmpty(masks);
        foreach (var (name, mask) in masks)
        {
            var weight = weights[name.Replace(Mask, Weight, StringComparison.Ordinal)];
            Assert.AreEqual(0f, (weight * mask.neg().Plus(1)).abs().max().Item<float>(), name);
            Assert.IsGreaterThan(0f, weight.abs().max().Item<float>());
        }
    }

    [TestMethod]
    public void Layer_OfAGraph_IsTheSumOfItsParts()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        GraphLayers graph = new(GraphLayersTests.Graph(5, [(0, 2), (1, 2), (2, 3), (3, 4), (0, 4)]));
        var layer = new RandomGraphLayer(graph, new(3, 1, RecurrentCell.Gru), new Generator(1));
        var parts = layer.named_children().Single(child => child.name == "layers").module.children().Cast<RecurrentLayer>().ToArray();
        var skip = (RecurrentLayer)layer.named_children().Single(child => child.name == "skips").module.children().Single();
        var x = Tensors.Random(2, 2, 7, 3);
        var first = parts[0].call(x, null);
        var expected = parts[3].call(parts[2].call(parts[1].call(first, null), null), null).Plus(skip.call(first, null));
        Tensors.AssertClose(expected, layer.call(x, null), Tolerance.Single);
    }
}
