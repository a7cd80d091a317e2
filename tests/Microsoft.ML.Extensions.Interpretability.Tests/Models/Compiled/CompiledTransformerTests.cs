using Microsoft.ML.Extensions.Torch;

namespace Microsoft.ML.Extensions.Interpretability.Tests.Models.Compiled;

[TestClass]
public sealed class CompiledTransformerTests
{
    [TestMethod]
    public void Edges_OfReverse_UnderResampling_AreThoseOfItsLastHead()
    {
        // All rows have one length, so what finds it does not matter: auto-circuit's truth for this program under Tracr.
        using var compiled = Compile(RaspPrograms.Reverse());
        var last = compiled.Heads.Single(head => head.Layer == 2);
        AssertEdges(compiled.EdgesUnderResampleAblation(), new(CircuitNode.Input, CircuitNode.Value(2, last.Index)),
            new(last, CircuitNode.Output));
    }

    [TestMethod]
    public void Edges_OfReverse_UnderZero_AreAllThatWereWrittenButForTwo()
    {
        using var compiled = Compile(RaspPrograms.Reverse());
        var (first, last) = (compiled.Heads.Single(head => head.Layer == 0), compiled.Heads.Single(head => head.Layer == 2));
        // The first MLP only silences the first token, which nobody asks; and with all keys zero attention is even, as it is where all are
        // selected.
        TransformerEdge[] idle = [new(CircuitNode.Input, CircuitNode.Mlp(0)), new(CircuitNode.Input, CircuitNode.Key(0, first.Index))];
        AssertEdges(compiled.EdgesUnderZeroAblation(length: 3), [.. compiled.Edges.Except(idle)]);
        CollectionAssert.IsSubsetOf(
            new[] { new TransformerEdge(first, CircuitNode.Mlp(0)),
                new TransformerEdge(CircuitNode.Mlp(1), CircuitNode.Query(2, last.Index)) }, compiled.Edges.ToArray());
    }

    [TestMethod]
    public void Edges_OfFractionPrevious_UnderResampling_AreThoseOfTheTokens()
    {
        using var compiled = Compile(RaspPrograms.FractionPrevious(1));
        var head = compiled.Heads.Single();
        Assert.AreEqual(1, head.Layer);
        AssertEdges(compiled.EdgesUnderResampleAblation(),
            new(CircuitNode.Input, CircuitNode.Mlp(0)), new(CircuitNode.Mlp(0), CircuitNode.Value(1, head.Index)),
                new(head, CircuitNode.Output));
        AssertEdges(compiled.EdgesUnderZeroAblation(),
            new(CircuitNode.Input, CircuitNode.Mlp(0)), new(CircuitNode.Mlp(0), CircuitNode.Value(1, head.Index)),
                new(head, CircuitNode.Output),
            new(CircuitNode.Input, CircuitNode.Query(1, head.Index)), new(CircuitNode.Input, CircuitNode.Key(1, head.Index)));
    }

    [TestMethod]
    public void Edges_ThatNoWeightsWereWrittenFor_ChangeNothing()
    {
        using var compiled = Compile(RaspPrograms.Sort(4));
        var batch = new TokenBatch(compiled.AllInputs().Select(compiled.Row));
        var read = compiled.Edges.Select(edge => edge.Target).ToHashSet();
        var others = TransformerEdge.All(compiled.Model.Config).Where(edge => read.Contains(edge.Target)).Except(compiled.Edges).ToArray();
        Assert.IsGreaterThan(50, others.Length);
        using var whole = compiled.Model.Run(batch, HookKind.Logits);
        using var without = compiled.Model.RunWithoutEdges(batch, others, HookKind.Logits, point => Intervention.Zero(point));
        // Taking a number from a sum and putting it back rounds, and scores are steep.
        Assert.IsLessThan(1e-3f, (whole - without).abs().max().Item<float>());
    }

    [TestMethod]
    public void Edges_OfHistogram_WithoutThem_NothingIsLeft()
    {
        using var compiled = Compile(RaspPrograms.Histogram());
        var truth = compiled.EdgesUnderResampleAblation();
        CollectionAssert.Contains(truth.ToArray(), new TransformerEdge(compiled.Heads.Single(), CircuitNode.Mlp(0)));
        CollectionAssert.Contains(
            truth.ToArray(), new TransformerEdge(CircuitNode.Input, CircuitNode.Query(0, compiled.Heads.Single().Index)));
        CollectionAssert.DoesNotContain(
            truth.ToArray(), new TransformerEdge(CircuitNode.Input, CircuitNode.Value(0, compiled.Heads.Single().Index)));
    }

    private static CompiledTransformer Compile(RaspProgram program) =>
        RaspCompiler.Compile(program, new RaspCompilerOptions { Vocabulary = 3, Length = 4, DummyHeads = 2 });

    private static void AssertEdges(IEnumerable<TransformerEdge> actual, params TransformerEdge[] expected) =>
        CollectionAssert.AreEquivalent(
            expected.Select(edge => $"{edge}").ToArray(), actual.Select(edge => $"{edge}").ToArray(), string.Join(", ", actual));
}
