using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Interpretability.Tests.Circuits;

[TestClass]
public sealed class BaselineTests
{
    private static IEnumerable<object[]> Methods()
    {
        foreach (var program in new[] { "reverse", "fraction", "histogram" })
        {
            yield return [program, new GradientTimesActivation()];
            yield return [program, new HeadAblation(AblationKind.Zero)];
            yield return [program, new HeadAblation(AblationKind.Mean)];
            yield return [program, new HeadAblation(AblationKind.Resample, edges: true)];
            yield return [program, new EdgeAttributionPatching()];
            yield return [program, new AutomaticCircuitDiscovery()];
            yield return [program, new SubnetworkProbing(new SubnetworkProbingOptions { Steps = 100 })];
        }
    }

    [TestMethod, Trained]
    [DynamicData(nameof(Methods))]
    public void Method_RanksTheHeadsOfACompiledProgramFirst(string program, CircuitMethod method)
    {
        using var compiled = KnownCircuits.Compile(program);
        var truth = compiled.Truth(AblationKind.Resample);
        var scores = method.Score(compiled.Model, compiled.ToTask(20, TrainedSeed.From(1)));
        Assert.AreEqual(compiled.Model.Config.Layers * compiled.Model.Config.Heads, scores.Heads.Count);
        TrainedBound.AtLeast(KnownCircuits.NodeAuc(scores, truth), 1, "area of the heads");
        if (scores.Edges.Count > 0)
        {
            TrainedBound.Above(KnownCircuits.EdgeAuc(scores, truth), 0.95, "area of the edges");
        }
    }

    [TestMethod, Trained]
    public void GradientAlone_MissesTheHeadBeforeASaturatedAttention_WhichThePathToItFinds()
    {
        using var compiled = KnownCircuits.Compile("sort");
        var (task, truth) = (compiled.ToTask(20, TrainedSeed.From(1)), compiled.Truth(AblationKind.Resample));
        var finder = new SparseAutoencoderCircuit(new CircuitFinderOptions { Seed = TrainedSeed.From(1) });
        TrainedBound.Below(KnownCircuits.NodeAuc(new GradientTimesActivation().Score(compiled.Model, task), truth), 0.9,
            "area of the gradient");
        TrainedBound.AtLeast(KnownCircuits.NodeAuc(finder.Score(compiled.Model, task), truth), 1, "area of the finder");
    }

    [TestMethod]
    public void Ablation_OfADummyHead_ChangesNothing()
    {
        using var compiled = KnownCircuits.Compile("reverse");
        var scores = new HeadAblation(AblationKind.Zero).Score(compiled.Model, compiled.ToTask(10));
        foreach (var (head, score) in scores.Heads.Where(pair => !compiled.Heads.Contains(pair.Key)))
        {
            Assert.AreEqual(0, score, 1e-10, $"{head}");
        }
    }

    [TestMethod]
    public void ResampledEdges_IntoTheOutput_AreExactByAttribution_WhereTheOutputIsLinear()
    {
        using var compiled = KnownCircuits.Compile("reverse");
        Assert.AreEqual(TransformerNorm.None, compiled.Model.Config.Norm);
        // One target an example, so that the mean of absolute changes and the mean of squared ones tell the same.
        var examples = compiled.ToTask(12)
            .Examples.Select(example => new CircuitExample(example.Tokens, example.IsPositive, [.. example.Targets.Take(1)]));
        var single = examples.Where(example => example.IsPositive).Take(1).Concat(examples.Where(example => !example.IsPositive).Take(1));
        var task = new CircuitTask(single, CircuitMetric.Logit);
        var attributed = new EdgeAttributionPatching().Score(compiled.Model, task).Edges;
        var removed = new HeadAblation(AblationKind.Resample, edges: true).Score(compiled.Model, task).Edges;
        foreach (var edge in removed.Keys.Where(edge => edge.Target == CircuitNode.Output))
        {
            Assert.AreEqual(Math.Sqrt(removed[edge]), attributed[edge], 1e-4, $"{edge}");
        }
    }

    [TestMethod]
    [DataRow(AblationKind.Zero)]
    [DataRow(AblationKind.Resample)]
    public void Acdc_KeepsTheEdgesOfTheFraction_AndNoOther(AblationKind kind)
    {
        using var compiled = KnownCircuits.Compile("fraction");
        var scores = new AutomaticCircuitDiscovery(new AutomaticCircuitDiscoveryOptions { Ablation = kind, Thresholds = [1e-5] })
            .Score(compiled.Model, compiled.ToTask(30));
        var kept = scores.Edges.Where(edge => edge.Value > 0).Select(edge => edge.Key).ToHashSet();
        Assert.IsTrue(kept.SetEquals(compiled.Truth(kind).Edges!),
            $"Kept: {string.Join(", ", kept)}. True: {string.Join(", ", compiled.Truth(kind).Edges!)}.");
    }

    [TestMethod]
    public void NothingTakenAway_IsNoDivergence()
    {
        using var compiled = KnownCircuits.Compile("sort");
        using var ablation = new Ablation(compiled.Model, compiled.ToTask(40), AblationKind.Resample, compiled.Model.EdgeSources);
        using var meter = new ChangeMeter(compiled.Model, compiled.ToTask(40), ablation);
        Assert.AreEqual(0, meter.Divergence(Array.Empty<TransformerEdge>()), 1e-10);
        Assert.AreEqual(0, meter.Divergence(_ => []), 1e-10);
    }

    [TestMethod]
    public void Resample_WithNoNegativeAsLong_IsAnErrorThatNamesTheExample()
    {
        using var compiled = KnownCircuits.Compile("histogram");
        var task = new CircuitTask([.. compiled.ToTask(3).Positives, new CircuitExample([3, 0], false)], CircuitMetric.Logit);
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(
            () => new HeadAblation(AblationKind.Resample).Score(compiled.Model, task)).Message, "Positive example 0");
        Assert.AreEqual(4, new HeadAblation(AblationKind.Mean).Score(compiled.Model, task).Heads.Count);
    }

    [TestMethod]
    public void NoTarget_IsAnError()
    {
        using var compiled = KnownCircuits.Compile("histogram");
        var task = new CircuitTask(compiled.ToTask(3).Examples.Select(example => new CircuitExample(example.Tokens, example.IsPositive)));
        foreach (var method in new CircuitMethod[] { new GradientTimesActivation(), new HeadAblation(), new EdgeAttributionPatching(),
            new AutomaticCircuitDiscovery(), new SubnetworkProbing() })
        {
            StringAssert.Contains(
                Assert.ThrowsExactly<ArgumentException>(() => method.Score(compiled.Model, task)).Message, "target", method.Name);
        }
    }

    [TestMethod]
    public void Options_ThatAreNotAllowed_AreNamed()
    {
        StringAssert.Contains(
            Assert.Throws<ArgumentException>(() => new AutomaticCircuitDiscovery(new() { Thresholds = [0.1, -1] })).Message, "Thresholds");
        StringAssert.Contains(Assert.Throws<ArgumentException>(() => new SubnetworkProbing(new() { Steps = 0 })).Message, "Steps");
    }

    [TestMethod]
    public void Methods_LeaveNoTensor_AndStopWhenCancelled()
    {
        using var compiled = KnownCircuits.Compile("fraction");
        var task = compiled.ToTask(6);
        foreach (var method in new CircuitMethod[]
        {
            new GradientTimesActivation(), new HeadAblation(AblationKind.Mean, edges: true), new EdgeAttributionPatching(AblationKind.Mean),
            new AutomaticCircuitDiscovery(), new SubnetworkProbing(new() { Steps = 3 }),
        })
        {
            LiveTensors.AssertNoneLeft(() => method.Score(compiled.Model, task));
            Assert.ThrowsExactly<OperationCanceledException>(
                () => method.Score(compiled.Model, task, new CancellationToken(canceled: true)), method.Name);
        }
    }

    [TestMethod]
    public void ModelsWithSharedKeys_AndUnequalRows_AreScored()
    {
        using var model = Models.TinyTransformers.Create("llama");
        var random = new Random(1);
        var task = new CircuitTask(Enumerable.Range(0, 16).Select(number =>
        {
            int[] row = [.. Enumerable.Range(0, 4 + (number / 2 % 3)).Select(_ => random.Next(11))];
            return new CircuitExample(row, number % 2 == 0, number % 2 == 0 ? [new(row.Length - 1, 3)] : null);
        }));
        foreach (var method in new CircuitMethod[]
        {
            new SparseAutoencoderCircuit(new() { Epochs = 20, Permutations = 0 }), new GradientTimesActivation(),
                new HeadAblation(AblationKind.Mean, edges: true),
            new EdgeAttributionPatching(AblationKind.Mean),
                new AutomaticCircuitDiscovery(new() { Ablation = AblationKind.Mean, Thresholds = [0.01] }),
            new SubnetworkProbing(new() { Steps = 3, Ablation = AblationKind.Mean }),
        })
        {
            var scores = method.Score(model, task);
            Assert.IsTrue(scores.Heads.Values.Concat(scores.Edges.Values).All(double.IsFinite), method.Name);
            Assert.IsTrue(scores.Edges.Count == 0 || scores.Edges.Keys.ToHashSet().SetEquals(CircuitEdge.All(model.Config)), method.Name);
        }
    }
}
