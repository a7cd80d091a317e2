using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Interpretability.Tests.Models.Training;

[TestClass]
public sealed class TransformerNetworkTests
{
    private static readonly int[][] Windows = [[3, 0, 10, 7, 7, 1], [4, 2, 9]];

    public static IEnumerable<object[]> Kinds =>
        TinyTransformers.Configs.Where(pair => pair.Value.Causal).Select(pair => new object[] { pair.Key });

    [TestMethod]
    [DynamicData(nameof(Kinds))]
    public void ForwardIsTheModelsRun_AndEveryWeightHasAGradient(string kind)
    {
        using var scope = NewDisposeScope();
        using var model = TinyTransformers.Create(kind);
        using var network = new TransformerNetwork(model.Config, model.Weights);
        using var expected = model.Run(new TokenBatch(Windows.Select(window => window[..^1])), HookKind.Logits);
        var logits = network.call(Batch());
        Assert.IsTrue(logits.detach().Equals(expected));
        logits.sum().backward();
        foreach (var (name, weight) in network.named_parameters())
        {
            Assert.IsNotNull(weight.grad, name);
        }
        Assert.HasCount(model.WeightNames.Count(), network.parameters());
    }

    [TestMethod]
    public void Losses_AreMeansOverTheTokensAfterTheFirst_WithoutPadding()
    {
        using var scope = NewDisposeScope();
        using var model = TinyTransformers.Create("gpt2");
        using var network = new TransformerNetwork(model.Config, model.Weights);
        var losses = network.Losses(
            Batch(), zeros(2), (outputs, labels) => nn.functional.cross_entropy(outputs, labels, reduction: nn.Reduction.None));
        for (var row = 0; row < Windows.Length; row++)
        {
            var window = Windows[row];
            var logits = model.Run(new TokenBatch([window[..^1]]), HookKind.Logits)[0].log_softmax(-1);
            var expected = -Enumerable.Range(1, window.Length - 1).Average(t => logits[t - 1, window[t]].Item<float>());
            Assert.AreEqual(expected, losses[row].Item<float>(), 1e-5);
        }
    }

    // Keys from 1, 0 as padding.
    private static InputBatch Batch()
    {
        var keys = zeros(Windows.Length, Windows[0].Length, ScalarType.Int64);
        for (var row = 0; row < Windows.Length; row++)
        {
            keys[row, ..Windows[row].Length] = tensor(Windows[row].Select(token => token + 1L).ToArray());
        }
        return new InputBatch(keys, [.. Windows.Select(window => window.Length)]);
    }
}
