using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Numerics;
using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence.Tests.Networks;

[TestClass]
public sealed class StepEmbeddingTests
{
    private const double Noise = 0.2;

    [TestMethod]
    public void Numbers_AreStandardizedBeforeTheyAreMixed()
    {
        using var scope = NewDisposeScope();
        var values = tensor(new float[] { 7, -1, 4, 5 }).view(1, 2, 2);
        var standardized = tensor(new float[] { 1, 0, 0.25f, 3 }).view(1, 2, 2);
        using var embedding = Embedding(Noise);
        embedding.eval();
        var weights = embedding.named_parameters().ToDictionary(named => named.name, named => named.parameter);
        var expected = standardized.matmul(weights["weight"].t()).Plus(weights["bias"]);
        Assert.IsLessThan(1e-5, (expected - embedding.call(new InputBatch(values, [2]))).abs().max().Item<float>());
    }

    [TestMethod]
    public void Noise_IsOfTheDeviationAskedFor_AndOfTrainingAlone()
    {
        using var scope = NewDisposeScope();
        var batch = new InputBatch(zeros(200, 50, 2), [.. Enumerable.Repeat(50, 200)]);
        using var noisy = Embedding(Noise);
        var (scored, trained) = (Scored(noisy), Trained(noisy));
        // Two channels of unit noise, mixed by the weights of each output.
        var weight = noisy.named_parameters().First(named => named.name == "weight").parameter;
        var expected = weight.Squared().sum(1).sqrt().Scaled(Noise);
        var deviation = (trained - scored).flatten(0, 1).std(0, unbiased: false);
        Assert.IsLessThan(0.05, (deviation / expected).Minus(Numbers.One).abs().max().Item<float>());
        Assert.AreEqual(0, (Scored(noisy) - scored).abs().max().Item<float>());
        using var quiet = Embedding(0);
        Assert.AreEqual(0, (Trained(quiet) - Scored(quiet)).abs().max().Item<float>());

        Tensor Scored(StepEmbedding embedding)
        {
            embedding.eval();
            return embedding.call(batch);
        }

        Tensor Trained(StepEmbedding embedding)
        {
            embedding.train();
            return embedding.call(batch);
        }
    }

    [TestMethod]
    public void Token_IsItsRow_AndAnUnknownOneIsZero()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(1);
        using var embedding = new StepEmbedding(new InputColumn("X", InputKind.Tokens, 1, 0, 5), 4, 0, new RandomSource(), generator);
        var steps = embedding.call(new InputBatch(tensor(new long[,] { { 0, 1, 5 } }), [3]))[0];
        var weight = embedding.parameters().Single();
        Assert.IsTrue(steps[0].eq(Numbers.Zero).all().Item<bool>());
        Assert.IsTrue(steps[1].eq(weight[0]).all().Item<bool>());
        Assert.IsTrue(steps[2].eq(weight[4]).all().Item<bool>());
    }

    private static StepEmbedding Embedding(double noise)
    {
        using var generator = new Generator(1);
        var randomness = new RandomSource { Generator = new Generator(2) };
        var embedding = new StepEmbedding(new InputColumn("X", InputKind.Sequence, 2, 0, 0), 3, noise, randomness, generator);
        embedding.Standardize(ChannelStatistics.Of([3, -1], [4, 2]));
        return embedding;
    }
}
