using Microsoft.ML.Extensions.Columns;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence.Tests.Networks;

[TestClass]
public sealed class SequenceNetworkTests
{
    [TestMethod]
    public void Block_SaysWhatOfItDecaysAndHowFastItLearns()
    {
        using var scope = NewDisposeScope();
        var options = new LsslOptions { HiddenSize = 4, Layers = 2, StateSize = 4, StateLearningRate = 1e-4, TimescaleLearningRate = 1e-3 };
        options.Training.LearningRate = 1e-2;
        using var generator = new Generator(1);
        using var network = Network(options, options, generator);
        var parameters = network.named_parameters().ToDictionary(named => named.name, named => named.parameter);
        var dynamics = parameters.Where(pair => pair.Key.Contains(".forwards.logTimescale", StringComparison.Ordinal)
            || pair.Key.Contains(".forwards.matrix", StringComparison.Ordinal)).ToList();
        Assert.IsTrue(dynamics.Exists(pair => pair.Value.dim() > 1));
        foreach (var (name, parameter) in dynamics)
        {
            Assert.AreEqual(name.EndsWith("logTimescale", StringComparison.Ordinal) ? 0.1 : 0.01, network.RateFactor(name), 1e-12, name);
            Assert.IsFalse(network.Decays(name, parameter), name);
        }
        (string, bool)[] others = [("embedding.weight", true), ("embedding.bias", false), ("head.weight", true), ("head.bias", false)];
        foreach (var (name, decays) in others)
        {
            Assert.AreEqual((1.0, decays), (network.RateFactor(name), network.Decays(name, parameters[name])), name);
        }
    }

    [TestMethod]
    public void Dropout_IsDrawnInTrainingAlone()
    {
        using var scope = NewDisposeScope();
        var options = new LsslOptions { HiddenSize = 4, Layers = 1, StateSize = 4, InputNoise = 0, Dropout = 0.5 };
        using var generator = new Generator(1);
        // The block draws nothing: what changes is what the head sees.
        var still = new LsslOptions { HiddenSize = 4, Layers = 1, StateSize = 4, Dropout = 0 };
        using var network = Network(options, still, generator);
        network.Randomness.Generator = generator;
        var batch = new InputBatch(ones(8, 5, 2), [.. Enumerable.Repeat(5, 8)]);
        network.eval();
        Assert.IsTrue(network.call(batch).allclose(network.call(batch)));
        network.train();
        Assert.IsFalse(network.call(batch).allclose(network.call(batch)));
    }
    private static SequenceNetwork Network(LsslOptions options, LsslOptions block, Generator generator) => new(
        options, options.Bidirectional, new InputColumn("X", InputKind.Sequence, 2, 0, 0), outputs: 3, generator,
        (_, randomness) => new LsslBlock(block, randomness, generator));
}
