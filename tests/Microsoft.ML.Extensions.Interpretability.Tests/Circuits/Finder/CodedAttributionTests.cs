using Microsoft.ML.Extensions.Interpretability.Tests.Models;
using Microsoft.ML.Extensions.Tests;
using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Interpretability.Tests.Circuits;

[TestClass]
public sealed class CodedAttributionTests
{
    private static IEnumerable<object[]> Seeds() => Enumerable.Range(1, 10).Select(seed => new object[] { seed });

    [TestMethod, Trained]
    [DynamicData(nameof(Seeds))]
    public void HeadsThatShareAJobWithALoudOne_AndThoseThatSayTheSameInEveryRow_RankAboveDummies(int seed)
    {
        using var job = SharedJob.Create(TrainedSeed.From(seed));
        var scores = new SparseAutoencoderCircuit(new CircuitFinderOptions { Seed = TrainedSeed.From(seed) }).Score(job.Model, job.Task);
        TrainedBound.AtLeast(KnownCircuits.NodeAuc(scores, job.Truth), 1, "area of the heads");
        var parts = scores.Heads.ToLookup(pair => job.Truth.Heads.Contains(pair.Key), pair => pair.Value / scores.Heads.Values.Max());
        TrainedBound.Above(parts[true].Min(), 5e-4, "least score of the circuit over the largest");
        TrainedBound.Below(parts[false].Max(), 1e-6, "largest score of a dummy over the largest");
    }

    [TestMethod]
    public void EdgesOfHeadsThatShareAJob_AreWhatTheHeadsWriteBeyondTheirMeans()
    {
        using var job = SharedJob.Create(1);
        var options = new CircuitFinderOptions { HeldOutFraction = 0, AttributionExamples = 1000, EdgeExamples = 1000 };
        var edges = new SparseAutoencoderCircuit(options).Score(job.Model, job.Task).Edges;
        int[] last = [.. job.Task.Examples.Select(example => example.Tokens[^1])];
        for (var head = 0; head < job.Written.Length; head++)
        {
            var mean = last.Average(token => job.Written[head][token]);
            var beyond = job.Task.Positives.Average(example => Math.Abs(job.Written[head][example.Tokens[^1]] - mean));
            Assert.AreEqual(beyond, edges[new CircuitEdge(CircuitNode.Head(0, head), CircuitNode.Output)], 1e-4 * (1 + beyond),
                $"L0H{head}");
        }
    }

    [TestMethod]
    [DataRow("gpt2")]
    [DataRow("llama")]
    public void Score_IsTheMeanOfTheEffectsBeyondTheMeanByBothGradients_AndOfTheWholeAtTheRow(string kind)
    {
        using var scope = NewDisposeScope();
        using var model = TinyTransformers.Create(kind);
        CircuitExample[] examples = [new([3, 0, 10, 7], true, [new(3, 2, 4)]), new([4, 2, 9, 1], true, [new(1, 1)]),
            new([5, 5, 8, 1], true, [new(2, 6)])];
        int[][] rows = [.. examples.Select(example => example.Tokens.ToArray())];
        using var activations = HeadActivations.Record(model, rows);
        using var means = HeadMeans.Of(activations, model.Config.Layers);
        using var baseline = new BaselineMeans(model, rows, [new(HookKind.Embedding)]);
        var gradients = new TargetGradients(model, CircuitMetric.LogProbability, 5, baseline).AfterAttention(examples, default);
        var scores = new CodedAttribution(model, means, baseline).Heads(activations, gradients);
        var points = HookPoint.OfEachLayer(HookKind.AttentionOutput, model.Config);
        var onTheWay = new TargetGradients(model, CircuitMetric.LogProbability, 5, baseline).At(examples, points);
        var atRow = new TargetGradients(model, CircuitMetric.LogProbability).At(examples, points);
        var (beyond, whole) = (new Dictionary<CircuitNode, double>(), new Dictionary<CircuitNode, double>());
        for (var layer = 0; layer < model.Config.Layers; layer++)
        {
            for (var head = 0; head < model.Config.Heads; head++)
            {
                var output = model.Weights.Layers[layer].Output.narrow(1, head * model.Config.HeadWidth, model.Config.HeadWidth);
                var said = activations[layer].select(1, head).mm(output.t()).view(3, 4, -1);
                var node = CircuitNode.Head(layer, head);
                beyond[node] = (((said - said.mean([0])) * (onTheWay[layer].Plus(atRow[layer]))).Over(2)).sum([1, 2]).abs().mean()
                    .Item<float>();
                whole[node] = (said * atRow[layer]).sum([1, 2]).abs().mean().Item<float>();
            }
        }
        var factor = beyond.Values.Max() / whole.Values.Max();
        foreach (var (node, score) in scores)
        {
            var wanted = (beyond[node] + (factor * whole[node])) / 2;
            Assert.AreEqual(wanted, score, 1e-4 * beyond.Values.Max(), $"{node}");
        }
    }

    [TestMethod]
    public void EqualRows_AreScoredByTheWholeOutput_CertainOnesByWhatIsBeyondTheMean_AndWhatNothingReadsBy0()
    {
        using var scope = NewDisposeScope();
        using var model = TinyTransformers.Create("attention only");
        CircuitExample[] examples = [.. Enumerable.Repeat(new CircuitExample([3, 0, 10, 7], true, [new(3, 2, 4)]), 3)];
        int[][] rows = [.. examples.Select(example => example.Tokens.ToArray())];
        using var activations = HeadActivations.Record(model, rows);
        using var means = HeadMeans.Of(activations, model.Config.Layers);
        using var baseline = new BaselineMeans(model, rows, [new(HookKind.Embedding)]);
        var attribution = new CodedAttribution(model, means, baseline);
        var gradients = new TargetGradients(model, CircuitMetric.LogProbability, 5, baseline).AfterAttention(examples, default);
        var wanted = HeadEffects.Of(model, activations, gradients.AtRow);
        var scores = attribution.Heads(activations, gradients);
        Assert.IsTrue(scores.All(pair => pair.Value > 0 && Math.Abs(pair.Value - wanted[pair.Key]) <= 1e-6 * wanted.Values.Max()),
            string.Join(" ", scores));
        static Tensor[] Zeros(Tensor[] of) => [.. of.Select(gradient => zeros_like(gradient))];
        var none = new AttentionGradients(Zeros(gradients.OnTheWay), Zeros(gradients.AtRow));
        Assert.IsTrue(attribution.Heads(activations, none).Values.All(score => score == 0));
        // Means of other rows, and no gradient at the row: half of the one on the way is left.
        using var others = HeadActivations.Record(model, [[3, 0, 10, 7], [4, 2, 9, 1]]);
        using var otherMeans = HeadMeans.Of(others, model.Config.Layers);
        var certain = new CodedAttribution(model, otherMeans, baseline).Heads(activations, gradients with { AtRow = none.AtRow });
        var beyond = HeadEffects.Of(model, activations, gradients.OnTheWay, otherMeans);
        Assert.IsTrue(certain.All(pair => pair.Value > 0 && Math.Abs((2 * pair.Value) - beyond[pair.Key]) <= 1e-6 * beyond.Values.Max()),
            string.Join(" ", certain));
    }
}
