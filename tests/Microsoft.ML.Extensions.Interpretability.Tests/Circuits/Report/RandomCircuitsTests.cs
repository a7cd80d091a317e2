using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Interpretability.Tests.Circuits.Report;

[TestClass]
public sealed class RandomCircuitsTests
{
    [TestMethod, Trained]
    [DataRow("reverse")]
    [DataRow("fraction")]
    [DataRow("sort")]
    [DataRow("histogram")]
    public void KnownCircuit_ChangesTheTargetsMoreThanRandomOnes_AndUnusedHeadsDoNot(string program)
    {
        using var compiled = KnownCircuits.Compile(program);
        var (task, truth) = (compiled.ToTask(24, TrainedSeed.From(1)), compiled.Truth(AblationKind.Resample));
        var all = Enumerable.Range(0, compiled.Model.Config.Layers * compiled.Model.Config.Heads).ToArray();
        CircuitNode Node(int head) => CircuitNode.Head(head / compiled.Model.Config.Heads, head % compiled.Model.Config.Heads);
        var inside = all.Where(head => truth.Heads.Contains(Node(head))).ToArray();
        var outside = all.Except(compiled.Heads.Select(head => (head.Layer * compiled.Model.Config.Heads) + head.Index)).Take(inside.Length)
            .ToArray();

        var found = RandomCircuits.Effect(compiled.Model, task, task.Positives, inside, 200, TrainedSeed.From(1), default)!;
        Assert.AreEqual(16, found.Examples);
        TrainedBound.Above(found.Change / found.RandomChange, 1.5, "change over that of random circuits");
        TrainedBound.Below(found.Probability, 0.5, "random circuits that do as much");
        var unused = RandomCircuits.Effect(compiled.Model, task, task.Positives, outside, 200, TrainedSeed.From(1), default)!;
        TrainedBound.Below(unused.Change / found.RandomChange, 1, "change by unused heads over that of random circuits");
        TrainedBound.Above(unused.Probability, 0.5, "random circuits that do as much as unused heads");
    }

    [TestMethod]
    public void NothingToCompare_IsNoEffect()
    {
        using var compiled = KnownCircuits.Compile("sort");
        var task = compiled.ToTask(8);
        var all = Enumerable.Range(0, compiled.Model.Config.Layers * compiled.Model.Config.Heads).ToArray();
        CircuitEffect? Of(IReadOnlyList<CircuitExample> examples, int[] heads, int draws) =>
            RandomCircuits.Effect(compiled.Model, task, examples, heads, draws, 1, default);
        Assert.IsNotNull(Of(task.Positives, [0], 3));
        Assert.IsNull(Of(task.Positives, [0], 0));
        Assert.IsNull(Of(task.Positives, [], 3));
        Assert.IsNull(Of(task.Positives, all, 3));
        Assert.IsNull(Of(task.Negatives, [0], 3));
    }

    [TestMethod]
    public void SameSeed_GivesTheSameEffect_AndCancellingStopsIt()
    {
        using var compiled = KnownCircuits.Compile("sort");
        var task = compiled.ToTask(8);
        CircuitEffect? Of(int seed, CancellationToken token = default) =>
            RandomCircuits.Effect(compiled.Model, task, task.Positives, [0, 1], 20, seed, token);
        Assert.AreEqual(Of(1), Of(1));
        Assert.AreNotEqual(Of(1)!.RandomChange, Of(2)!.RandomChange);
        Assert.ThrowsExactly<OperationCanceledException>(() => Of(1, new CancellationToken(true)));
    }
}
