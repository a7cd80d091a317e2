namespace Microsoft.ML.Extensions.Interpretability.Tests.Circuits.Tasks;

[TestClass]
public sealed class PublishedCircuitsTests
{
    private static readonly TransformerConfig Gpt2Small = new()
    {
        Layers = 12,
        Heads = 12,
        ModelWidth = 768,
        HeadWidth = 64,
        MlpWidth = 3072
    };
    private static readonly TransformerConfig AttentionOnly = new() { Layers = 4, Heads = 8, ModelWidth = 512, HeadWidth = 64 };

    [TestMethod]
    public void Heads_AreAsManyAsPublished()
    {
        Assert.HasCount(26, PublishedCircuits.IndirectObject.Heads);
        Assert.HasCount(26, PublishedCircuits.IndirectObjectOfAutoencoderPaper.Heads);
        Assert.HasCount(9, PublishedCircuits.GreaterThan.Heads);
        Assert.HasCount(6, PublishedCircuits.Docstring.Heads);
        Assert.HasCount(6, PublishedCircuits.DocstringOfAutoencoderPaper.Heads);
    }

    [TestMethod]
    public void HeadsOfTheAutoencoderPaper_DifferByOne()
    {
        var (names, namesThere) = (PublishedCircuits.IndirectObject.Heads, PublishedCircuits.IndirectObjectOfAutoencoderPaper.Heads);
        Assert.AreEqual(CircuitNode.Head(9, 0), names.Except(namesThere).Single());
        Assert.AreEqual(CircuitNode.Head(11, 3), namesThere.Except(names).Single());
        var (docstring, docstringThere) = (PublishedCircuits.Docstring.Heads, PublishedCircuits.DocstringOfAutoencoderPaper.Heads);
        Assert.AreEqual(CircuitNode.Head(1, 2), docstring.Except(docstringThere).Single());
        Assert.AreEqual(CircuitNode.Head(1, 0), docstringThere.Except(docstring).Single());
        Assert.IsNull(PublishedCircuits.IndirectObjectOfAutoencoderPaper.Edges);
        Assert.IsNull(PublishedCircuits.DocstringOfAutoencoderPaper.Edges);
    }

    [TestMethod]
    public void Edges_AreOfTheModelAndLeadThroughEachHead()
    {
        foreach (var (truth, config) in new[]
        {
            (PublishedCircuits.IndirectObject, Gpt2Small), (PublishedCircuits.GreaterThan, Gpt2Small),
                (PublishedCircuits.Docstring, AttentionOnly),
        })
        {
            Assert.IsTrue(truth.Edges!.IsSubsetOf(CircuitEdge.All(config).ToHashSet()));
            Assert.IsTrue(truth.Heads.SetEquals(
                truth.Edges.SelectMany(edge => new[] { edge.Source, edge.Target }).Where(node => node.Part == CircuitPart.Head)));
            Assert.IsTrue(truth.Heads.All(
                head => truth.Edges.Any(edge => edge.Source == head) && truth.Edges.Any(edge => edge.Target == head)));
        }
    }

    [TestMethod]
    public void IndirectObjectEdges_AreThoseOfThePublishedGroups()
    {
        var edges = PublishedCircuits.IndirectObject.Edges!;
        // Input to 2 + 3 + 4 + 13 heads; 2 to 4 heads, 3 and 4 to 4 (head 3.0 and all others come before), 4 to 13, 13 to the output.
        Assert.AreEqual(22 + 8 + 28 + 52
            + 13, edges.Count(edge => !HasMlp(edge) && edge != new CircuitEdge(CircuitNode.Input, CircuitNode.Output)));
        // Each head of the circuit and each MLP.
        Assert.AreEqual(26 * 12,
            edges.Count(edge => HasMlp(edge) && (edge.Source.Part == CircuitPart.Head || edge.Target.Part == CircuitPart.Head)));
        // 12 MLPs among themselves, with input and with output.
        Assert.AreEqual(66 + 24,
            edges.Count(edge => HasMlp(edge) && edge.Source.Part != CircuitPart.Head && edge.Target.Part != CircuitPart.Head));
        AssertHas(edges, CircuitNode.Head(4, 11), CircuitNode.Head(5, 5));
        AssertHas(edges, CircuitNode.Head(8, 10), CircuitNode.Head(9, 9));
        Assert.DoesNotContain(new CircuitEdge(CircuitNode.Input, CircuitNode.Head(5, 5)), edges);
        Assert.DoesNotContain(new CircuitEdge(CircuitNode.Head(9, 9), CircuitNode.Head(10, 0)), edges);
        Assert.DoesNotContain(new CircuitEdge(CircuitNode.Head(8, 10), CircuitNode.Output), edges);
    }

    [TestMethod]
    public void GreaterThanEdges_AreThoseOfThePublishedGroups()
    {
        var edges = PublishedCircuits.GreaterThan.Edges!;
        // Input to 3 heads, 3 to 6 heads, 6 to the output.
        Assert.AreEqual(3 + 18 + 6, edges.Count(edge => !HasMlp(edge)));
        // MLPs 0 to 8 among themselves and 8 to 11 among themselves; input to 4, 4 to the output.
        Assert.AreEqual(36 + 6 + 4
            + 4, edges.Count(edge => HasMlp(edge) && edge.Source.Part != CircuitPart.Head && edge.Target.Part != CircuitPart.Head));
        // Head 0.1 to 4 MLPs, the six heads to 4 each, but 9.1 to 3; each MLP of layers below to the six.
        Assert.AreEqual(4 + 23 + (5 + 6 + 6 + 7 + 8 + 9),
            edges.Count(edge => HasMlp(edge) && (edge.Source.Part == CircuitPart.Head || edge.Target.Part == CircuitPart.Head)));
        // Attention comes before the MLP of its layer.
        AssertHas(edges, CircuitNode.Head(8, 11), CircuitNode.Mlp(8));
        Assert.DoesNotContain(new CircuitEdge(CircuitNode.Head(9, 1), CircuitNode.Mlp(8)), edges);
        Assert.DoesNotContain(new CircuitEdge(CircuitNode.Mlp(0), CircuitNode.Output), edges);
    }

    [TestMethod]
    public void DocstringEdges_AreThePublishedOnesWithoutQueryKeyAndValue()
    {
        var edges = PublishedCircuits.Docstring.Edges!;
        string[] published =
        [
            "L0H5 -> L1H4", "input -> L0H5", "input -> L2H0", "L0H5 -> L2H0", "L1H4 -> L2H0", "input -> L1H4", "input -> L1H2",
                "L0H5 -> L1H2",
            "L3H0 -> output", "L1H4 -> L3H0", "input -> L3H0", "L0H5 -> L3H0", "L2H0 -> L3H0", "L1H2 -> L3H0",
            "L3H6 -> output", "L1H4 -> L3H6", "input -> L3H6", "L0H5 -> L3H6", "L2H0 -> L3H6", "L1H2 -> L3H6",
        ];
        CollectionAssert.AreEquivalent(published, edges.Select(edge => edge.ToString()).ToArray());
    }

    private static bool HasMlp(CircuitEdge edge) => edge.Source.Part == CircuitPart.Mlp || edge.Target.Part == CircuitPart.Mlp;

    private static void AssertHas(IReadOnlySet<CircuitEdge> edges, CircuitNode source, CircuitNode target) =>
        Assert.IsTrue(edges.Contains(new CircuitEdge(source, target)), $"{source} -> {target}");
}
