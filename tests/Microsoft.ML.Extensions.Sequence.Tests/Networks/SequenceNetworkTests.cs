using System.Text.Json;
using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Persistence;
using Microsoft.ML.Extensions.Scoring;
using Microsoft.ML.Extensions.Tasks;
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

    // Measured by the peak of the working set, rows of 10,000 steps. An estimate that is too small makes parts of a batch too large.
    [TestMethod]
    public void MemoryOfAStep_IsAboutWhatTrainingTakes()
    {
        AssertBytes(9200, ParaRnnTrainer.Network, new ParaRnnOptions { Layers = 2 });
        AssertBytes(10_500, AarenTrainer.Network, new AarenOptions { Layers = 2 });
        AssertBytes(9600, RecurrentTrainer.Network, new RecurrentOptions { Layers = 2 });
        AssertBytes(7400, LsslTrainer.Network, new LsslOptions { Layers = 2 });

        static void AssertBytes(long measured, NetworkKind kind, SequenceTrainerOptions options)
        {
            using var scope = NewDisposeScope();
            using var generator = new Generator(1);
            var network = kind.Create(
                JsonSerializer.SerializeToElement(options, options.GetType(), ModelEntry.Json), new InputColumn("X", InputKind.Sequence, 8, 0, 0), 1, new RegressionHead(new HeadDescription("Regression", 1)), generator);
            Assert.IsInRange(0.75, 1.5, ((IRowMemory)network).RowBytes(10_000) / (10_000.0 * measured), kind.Name);
        }
    }

    private static SequenceNetwork Network(LsslOptions options, LsslOptions block, Generator generator) => new(
        options, options.Bidirectional, new InputColumn("X", InputKind.Sequence, 2, 0, 0), outputs: 3, generator,
        (_, randomness) => new LsslBlock(block, randomness, generator));
}
