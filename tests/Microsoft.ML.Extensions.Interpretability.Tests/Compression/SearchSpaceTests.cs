namespace Microsoft.ML.Extensions.Interpretability.Tests.Compression;

[TestClass]
public sealed class SearchSpaceTests
{
    private static readonly SearchSpace s_space = new(
        [
            new("", NetworkPartKind.Ensemble, CanLack: false, [new("EnsembleSize", 9)]),
            new("", NetworkPartKind.Whole, CanLack: false, [new("HiddenSize", 30, 4), new("StateSize", 1)]),
            new("blocks.0", NetworkPartKind.Block, CanLack: false, []),
            new("blocks.1", NetworkPartKind.Block, CanLack: true, []),
        ], [0.25, 0.5, 1]);

    [TestMethod]
    public void Sizes_AreRoundedDownToTheirMultiple_AndAtLeastIt()
    {
        CollectionAssert.AreEqual(new[] { 4, 12, 28 }, Enumerable.Range(0, 3).Select(level => s_space.SizeAt(1, level)).ToArray());
        // A size of 1 has no choice.
        Assert.HasCount(2, s_space.Sizes);
        CollectionAssert.AreEqual(new[] { 28, 1 }, s_space.SizesOf(s_space.Whole)[1]!.ToArray());
    }

    [TestMethod]
    public void TheLowestLevelOfAnEnsemble_IsOneNetwork() =>
        CollectionAssert.AreEqual(new[] { 1, 4, 9 }, Enumerable.Range(0, 3).Select(level => s_space.SizeAt(0, level)).ToArray());

    [TestMethod]
    public void APartThatIsLeftOut_HasNoSizes()
    {
        Assert.IsNull(s_space.SizesOf(s_space.Whole.WithPart(3, kept: false))[3]);
        StringAssert.EndsWith(s_space.Describe(s_space.Whole.WithPart(3, kept: false)), "without blocks.1");
    }

    [TestMethod]
    public void All_AreTheDesignsThatDiffer()
    {
        var layers = RewardTable.Layers(3, 0.5, 1);
        var all = layers.All().Select(layers.Describe).ToArray();
        // 2 widths of the first layer; each further one has 2 widths or is not there.
        Assert.HasCount(2 * 3 * 3, all);
        CollectionAssert.AllItemsAreUnique(all);
    }
}
