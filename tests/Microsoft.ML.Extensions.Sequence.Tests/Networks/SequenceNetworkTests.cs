using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Networks;
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
        var rules = ParameterRule.Of(network).ToDictionary(rule => rule.Name);
        var dynamics = rules.Values.Where(rule => rule.Name.Contains(".forwards.logTimescale", StringComparison.Ordinal)
            || rule.Name.Contains(".forwards.matrix", StringComparison.Ordinal)).ToList();
        Assert.IsTrue(dynamics.Exists(rule => rule.Parameter.dim() > 1));
        foreach (var rule in dynamics)
        {
            Assert.AreEqual(rule.Name.EndsWith("logTimescale", StringComparison.Ordinal) ? 0.1 : 0.01, rule.RateFactor, 1e-12, rule.Name);
            Assert.IsFalse(rule.Decays, rule.Name);
        }
        (string, bool)[] others = [("embedding.weight", true), ("embedding.bias", false), ("head.weight", true), ("head.bias", false)];
        foreach (var (name, decays) in others)
        {
            Assert.AreEqual((1.0, decays), (rules[name].RateFactor, rules[name].Decays), name);
        }
    }

    [TestMethod]
    public void Dropout_IsDrawnInTrainingAlone()
    {
        using var scope = NewDisposeScope();
        var options = new LsslOptions { HiddenSize = 4, Layers = 1, StateSize = 4, InputNoise = 0, Dropout = 0.5 };
        using var generator = new Generator(1);
        // The block draws no random numbers, so only the input of the head changes.
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
