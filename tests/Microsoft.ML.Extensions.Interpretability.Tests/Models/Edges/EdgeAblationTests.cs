using Microsoft.ML.Extensions.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Interpretability.Tests.Models.Edges;

[TestClass]
public sealed class EdgeAblationTests
{
    private static readonly TokenBatch Batch = new([TinyTransformers.Row, [4, 2, 9, 0, 0, 5]]);

    private DisposeScope _scope = null!;

    [TestInitialize]
    public void Open() => _scope = NewDisposeScope();

    [TestCleanup]
    public void Close() => _scope.Dispose();

    [TestMethod]
    [DataRow("gpt2")]
    [DataRow("llama")]
    [DataRow("attention only")]
    [DataRow("encoder")]
    public void RunWithoutEdges_OfAllEdgesOfASource_IsAblatingTheSource(string kind)
    {
        using var model = TinyTransformers.Create(kind, ScalarType.Float64);
        var source = CircuitNode.Head(0, 2);
        var edges = TransformerEdge.All(model.Config).Where(edge => edge.Source == source).ToArray();
        var without = model.RunWithoutEdges(Batch, edges, HookKind.Logits, point => Intervention.Zero(point));
        var ablated = model.Run(Batch, HookKind.Logits, [Intervention.Zero(new(HookKind.HeadResult, 0), [2])]);
        Assert.IsLessThan(1e-11, (without - ablated).abs().max().Item<double>());
    }

    [TestMethod]
    [DataRow("gpt2")]
    [DataRow("llama")]
    [DataRow("encoder")]
    public void RunWithoutEdges_OfEveryEdge_ResampledFromOtherRows_GivesTheirLogits(string kind)
    {
        using var model = TinyTransformers.Create(kind, ScalarType.Float64);
        int[] swapped = [1, 0];
        using var donors = model.Run(Batch, model.EdgeSources);
        var without = model.RunWithoutEdges(
            Batch, [.. TransformerEdge.All(model.Config)], HookKind.Logits, point => Intervention.Resample(point, donors, swapped));
        var logits = model.Run(Batch, HookKind.Logits);
        Assert.IsLessThan(1e-11, (without - logits[tensor(new long[] { 1, 0 })]).abs().max().Item<double>());
    }

    [TestMethod]
    public void RunWithoutEdges_IntoAQuery_ChangesThatHeadsQueryAlone()
    {
        using var model = TinyTransformers.Create("llama", ScalarType.Float64);
        TransformerEdge edge = new(CircuitNode.Head(0, 1), CircuitNode.Query(1, 3));
        HookPoint pattern = new(HookKind.Pattern, 1), results = new(HookKind.HeadResult, 0), inputs = new(HookKind.QueryInput, 1);
        using var whole = model.Run(Batch, [pattern, results, inputs, new(HookKind.Logits)]);
        var edited = Intervention.Edit(inputs, activation =>
        {
            var less = activation.contiguous().clone();
            less.select(2, 3).sub_(whole[results].select(2, 1));
            return less;
        });
        using var expected = model.Run(Batch, [pattern, new(HookKind.Logits)], [edited]);
        var without = model.RunWithoutEdges(Batch, [edge], HookKind.Logits, point => Intervention.Zero(point));
        Assert.IsLessThan(1e-12, (without - expected[HookKind.Logits]).abs().max().Item<double>());
        Assert.IsGreaterThan(1e-3, (without - whole[HookKind.Logits]).abs().max().Item<double>());
        Assert.IsLessThan(1e-13, (expected[pattern] - whole[pattern])[.., ..3].abs().max().Item<double>());
    }

    [TestMethod]
    public void RunWithoutEdges_LeavesNoTensorButTheResult()
    {
        using var model = TinyTransformers.Create("gpt2");
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        model.RunWithoutEdges(Batch, [.. TransformerEdge.All(model.Config)], HookKind.Logits, point => Intervention.Zero(point)).Dispose();
        Assert.AreEqual(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [TestMethod]
    public void All_CountsSourcesTimesLaterTargets()
    {
        // Layer 0: 4 heads with query, key and value from the input, the MLP from input and heads; and so on.
        Assert.AreEqual(12 + 5 + (12 * 6) + 10 + 11, TransformerEdge.All(TinyTransformers.Configs["gpt2"]).Count());
        Assert.AreEqual(8 + (8 * 5)
            + 9, TransformerEdge.All(TinyTransformers.Configs["attention only"] with { KeyValueHeads = 2 }).Count());
    }

    [TestMethod]
    public void Edges_ThatAreNone_SaySo()
    {
        using var model = TinyTransformers.Create("attention only");
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(
            () => new TransformerEdge(CircuitNode.Head(1, 0), CircuitNode.Query(1, 0))).Message, "L1H0 -> L1H0.Q is not an edge");
        Assert.ThrowsExactly<ArgumentException>(() => new TransformerEdge(CircuitNode.Output, CircuitNode.Output));
        foreach (var edge in new TransformerEdge[] { new(CircuitNode.Input, CircuitNode.Mlp(0)),
            new(CircuitNode.Input, CircuitNode.Key(0, 4)), new(CircuitNode.Head(7, 0), CircuitNode.Output) })
        {
            StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(
                () => model.RunWithoutEdges(Batch, [edge], HookKind.Logits, point => Intervention.Zero(point))).Message, $"{edge}");
        }
    }
}
