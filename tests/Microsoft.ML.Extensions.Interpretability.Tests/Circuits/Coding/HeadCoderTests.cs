using Microsoft.ML.Extensions.Interpretability.Tests.Models;
using Microsoft.ML.Extensions.Tests;
using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Interpretability.Tests.Circuits;

[TestClass]
public sealed class HeadCoderTests
{
    private static readonly int[][] Rows = [[3, 0, 10, 7, 7, 1], [4, 2, 9], [5, 5, 8, 1], [1, 2, 3, 4, 5, 6, 7]];

    private static readonly SparseAutoencoderOptions Options = new() { Features = 9, Epochs = 20, Sparsity = 0.001 };

    [TestMethod]
    [DataRow("gpt2")]
    [DataRow("llama")]
    public void Activations_AreThoseOfTheAutoencoder_AfterMeansSpaceAndScale(string kind)
    {
        using var scope = NewDisposeScope();
        using var model = TinyTransformers.Create(kind);
        using var activations = HeadActivations.Record(model, Rows);
        using var means = HeadMeans.Of(activations, model.Config.Layers);
        using var generator = new Generator(3);
        var spaces = Enumerable.Range(0, model.Config.Layers).Select(_ => SensitivitySpace.Of(randn([30, model.Config.ModelWidth], generator: generator), () => { })).ToArray();
        using var coder = HeadCoder.Train(model, activations, means, spaces, int.MaxValue, Options);
        // Step by step: what a head adds to the stream beyond its mean, in the space, scaled; the rows of all layers train the autoencoder.
        var wanted = Enumerable.Range(0, model.Config.Layers).Select(layer =>
        {
            var index = tensor(HeadMeans.IndexOf(activations.Places, means.Shared));
            var centred = activations[layer] - means[layer].index_select(0, index);
            var written = einsum("nhw,dhw->nhd", centred, model.Weights.Layers[layer].Output.unflatten(1, [model.Config.Heads, model.Config.HeadWidth]));
            var inSpace = written.matmul(spaces[layer].Root);
            return inSpace * inSpace.Squared().mean().sqrt().reciprocal().Scaled(0.1);
        }).ToArray();
        var rows = cat(wanted.SelectMany(layer => Enumerable.Range(0, model.Config.Heads).Select(head => layer.select(1, head))).ToArray());
        using var autoencoder = SparseAutoencoder.Train(rows, Options);
        for (var layer = 0; layer < model.Config.Layers; layer++)
        {
            var expected = autoencoder.Encode(wanted[layer].reshape(-1, model.Config.ModelWidth)).view(-1, model.Config.Heads, Options.Features);
            var got = coder.Activations(layer, activations[layer], activations.Places);
            Assert.IsLessThan(2e-4, (expected - got).abs().max().Item<float>());
        }
        Assert.IsGreaterThan(0.05f, coder.Activations(0, activations[0], activations.Places).max().Item<float>());
    }

    [TestMethod]
    public void Means_AreOfEachPlaceThatAllRowsReach_AndOneOfAllAfter()
    {
        using var scope = NewDisposeScope();
        using var model = TinyTransformers.Create("gpt2");
        using var activations = HeadActivations.Record(model, Rows);
        using var means = HeadMeans.Of(activations, model.Config.Layers);
        Assert.AreEqual(3, means.Shared);
        Tensor Mean(Func<int, bool> places) => activations[1].index_select(0, tensor(
            Enumerable.Range(0, activations.Tokens).Where(token => places(activations.Places[token])).Select(token => (long)token).ToArray())).mean([0]);
        Assert.IsLessThan(1e-5, (means[1][1] - Mean(place => place == 1)).abs().max().Item<float>());
        Assert.IsLessThan(1e-5, (means[1][3] - Mean(place => place >= 3)).abs().max().Item<float>());
    }

    [TestMethod]
    public void Restore_GivesTheSameCodes_AndRefusesWhatDoesNotFit()
    {
        using var scope = NewDisposeScope();
        using var model = TinyTransformers.Create("gpt2");
        using var activations = HeadActivations.Record(model, Rows);
        using var coder = HeadCoder.Train(model, activations, null, null, 30, Options);
        var tensors = coder.Tensors().ToDictionary(pair => pair.Name, pair => pair.Value);
        (tensors["direction.0"], tensors["rest"]) = (zeros(model.Config.ModelWidth, Options.Features), zeros(Options.Features));
        using var restored = HeadCoder.Restore(model.Config, tensors);
        CollectionAssert.AreEqual(coder.Codes(activations), restored.Codes(activations));
        tensors["more"] = zeros(1);
        StringAssert.Contains(Assert.ThrowsExactly<FormatException>(() => HeadCoder.Restore(model.Config, tensors)).Message, "'more'");
        tensors.Remove("more");
        tensors.Remove("offset.1");
        StringAssert.Contains(Assert.ThrowsExactly<FormatException>(() => HeadCoder.Restore(model.Config, tensors)).Message, "'offset.1'");
    }

    [TestMethod]
    public void MeanOfRows_IsThatOfEachRowsTokens()
    {
        using var scope = NewDisposeScope();
        using var model = TinyTransformers.Create("encoder");
        using var activations = HeadActivations.Record(model, Rows);
        using var pooled = activations.MeanOfRows();
        Assert.AreEqual(4, pooled.Tokens);
        Assert.IsLessThan(1e-5, (pooled[0][1] - activations[0].narrow(0, 6, 3).mean([0])).abs().max().Item<float>());
    }

    [TestMethod]
    public void NotFiniteOutputs_AreAnErrorThatNamesTheHead()
    {
        using var scope = NewDisposeScope();
        using var model = TinyTransformers.Create("attention only");
        var weights = model.WeightNames.ToDictionary(name => name, model.Weight);
        weights["blocks.1.attn.W_V"][2].Fill(float.NaN);
        using var broken = TransformerModel.Create(model.Config, weights);
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => HeadActivations.Record(broken, Rows)).Message, "L1H2");
    }
}
