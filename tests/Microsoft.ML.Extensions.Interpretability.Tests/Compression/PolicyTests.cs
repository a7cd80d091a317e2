using Microsoft.ML.Extensions.Tests;
using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Interpretability.Tests.Compression;

[TestClass]
public sealed class PolicyTests
{
    private static readonly SearchSpace s_space = RewardTable.Layers(4, 0.25, 0.5, 1);

    [TestMethod]
    public void TheEstimate_IsUnbiased()
    {
        // Three layers that may be left out: 8 masks, whose expected reward has a gradient that can be summed.
        using var scope = NewDisposeScope();
        using var policy = CompressionPolicy.Create(3, seed: 1);
        var weight = policy.Removal.parameters().First();
        bool[][] masks = [.. Enumerable.Range(0, 8).Select(mask => Enumerable.Range(0, 3).Select(bit => (mask >> bit & 1) == 1).ToArray())];
        double Reward(bool[] kept) => (kept[0] ? 1 : 0.2) * (kept[1] ? 0.3 : 1) + (kept[2] ? 0.5 : 0);

        var rewards = masks.Select(mask => (float)Reward(mask)).ToArray().ToAligned(8);
        var expected = (RemovalPolicy.LogProbabilities(policy.Removal.Logits(s_space), masks).exp() * rewards).sum();
        var exact = Gradient(policy.Removal, weight, expected.neg());

        const int Repeats = 1500;
        var (random, sum, squares) = (new Random(2), new double[exact.Length], new double[exact.Length]);
        for (var repeat = 0; repeat < Repeats; repeat++)
        {
            using var inner = NewDisposeScope();
            var logits = policy.Removal.Logits(s_space);
            var drawn = RemovalPolicy.Draw(logits, 5, random);
            var one = Gradient(policy.Removal, weight,
                PolicyLearner.Loss(RemovalPolicy.LogProbabilities(logits, drawn), [.. drawn.Select(Reward)]));
            for (var i = 0; i < one.Length; i++)
            {
                sum[i] += one[i];
                squares[i] += one[i] * one[i];
            }
        }
        var deviations = Enumerable.Range(0, exact.Length).Select(i =>
        {
            var mean = sum[i] / Repeats;
            var error = Math.Sqrt(Math.Max(0, (squares[i] / Repeats) - (mean * mean)) / Repeats);
            return (mean - exact[i]) / Math.Max(error, 1e-12);
        }).ToArray();
        // Of so many numbers some are beyond three standard errors by chance; of a biased estimate, all would be.
        Assert.IsLessThan(0.02, deviations.Count(deviation => Math.Abs(deviation) > 3) / (double)deviations.Length);
        Assert.IsGreaterThan(1e-4, exact.Max(Math.Abs), "the gradient is 0, so nothing was compared");
    }

    [TestMethod]
    public void EveryParameter_IsRegisteredAndLearns()
    {
        using var policy = CompressionPolicy.Create(3, seed: 1);
        // Four cells of three tensors with an output of two, and two such cells.
        Assert.HasCount((4 * 3) + 2, policy.Removal.parameters().ToArray());
        Assert.HasCount((2 * 3) + 2, policy.Shrinkage.parameters().ToArray());
        var before = Numbers(policy);
        var table = new RewardTable(s_space, 60, design => RewardTable.Of(s_space, design));
        new PolicySearch(policy, 0.03, 5).Run(s_space, table, new Random(1));
        foreach (var (name, values) in Numbers(policy))
        {
            CollectionAssert.AreNotEqual(before[name], values, name);
        }
    }

    [TestMethod]
    public void APolicy_FindsADesignOfNearlyTheLargestReward()
    {
        var best = s_space.All().Max(design => RewardTable.Of(s_space, design));
        var reached = Enumerable.Range(0, 5).Select(seed =>
        {
            using var policy = CompressionPolicy.Create(3, seed);
            var table = new RewardTable(s_space, 40, design => RewardTable.Of(s_space, design));
            new PolicySearch(policy, 0.03, 5).Run(s_space, table, new Random(seed));
            return table.Best / best;
        }).Order().ToArray();
        Assert.IsGreaterThan(0.9, reached[2], $"the median of {string.Join(", ", reached)}");
    }

    [TestMethod]
    public void ThePolicyOfASmallNetwork_ServesADeeperOne_FromItsFile()
    {
        using var policy = CompressionPolicy.Create(3, seed: 1);
        new PolicySearch(policy, 0.03, 5).Run(s_space, new RewardTable(s_space, 30, design => RewardTable.Of(s_space, design)), new Random(1));
        using var file = new TempFile("");
        policy.Save(file.Path);
        using var loaded = CompressionPolicy.Load(file.Path);
        var deeper = RewardTable.Layers(9, 0.25, 0.5, 1);
        using var scope = NewDisposeScope();
        CollectionAssert.AreEqual(
            policy.Removal.Logits(deeper).detach().AsSpan().ToArray(), loaded.Removal.Logits(deeper).detach().AsSpan().ToArray());
        var table = new RewardTable(deeper, 10, design => RewardTable.Of(deeper, design));
        new PolicySearch(loaded, 0.03, 5).Run(deeper, table, new Random(1));
        Assert.AreEqual(10, table.Judged);
    }

    [TestMethod]
    public void TheFactorChosenBefore_ChangesTheNextProbabilities()
    {
        using var policy = CompressionPolicy.Create(3, seed: 1);
        using var scope = NewDisposeScope();
        int[][] levels = [[0, 0, 0, 0], [2, 0, 0, 0]];
        int[][] firsts = [[0, 0, 0, 0], [2, 0, 0, 0]];
        var whole = policy.Shrinkage.LogProbabilities(s_space, levels).detach().AsSpan().ToArray();
        var one = RewardTable.Layers(1, 0.25, 0.5, 1);
        var first = policy.Shrinkage.LogProbabilities(one, [.. firsts.Select(own => own[..1])]).detach().AsSpan().ToArray();
        Assert.AreNotEqual(whole[0] - first[0], whole[1] - first[1], 1e-6);
    }

    [TestMethod]
    public void OtherFiles_AndOtherFactors_AreRefused()
    {
        using var file = new TempFile("");
        File.WriteAllBytes(file.Path, [1, 2, 3]);
        Assert.ThrowsExactly<FormatException>(() => CompressionPolicy.Load(file.Path));
        using var policy = CompressionPolicy.Create(4, seed: 1);
        StringAssert.Contains(Assert.ThrowsExactly<InvalidOperationException>(() => policy.Check(s_space)).Message,
            "Policy chooses from 4 factors, and Factors has 3");
    }

    private static float[] Gradient(nn.Module module, Tensor of, Tensor loss)
    {
        foreach (var parameter in module.parameters())
        {
            parameter.grad?.zero_();
        }
        loss.backward();
        return of.grad!.contiguous().AsSpan().ToArray();
    }

    private static Dictionary<string, float[]> Numbers(CompressionPolicy policy) => policy.Removal.named_parameters()
        .Select(named => ("removal." + named.name, named.parameter))
        .Concat(policy.Shrinkage.named_parameters().Select(named => ("shrinkage." + named.name, named.parameter)))
        .ToDictionary(pair => pair.Item1, pair => pair.parameter.detach().AsSpan().ToArray());
}
