namespace Microsoft.ML.Extensions.Interpretability.Tests.Compression;

[TestClass]
public sealed class CompressionSearchTests
{
    private static readonly SearchSpace s_space = RewardTable.Layers(4, 0.25, 0.5, 1);

    private static IEnumerable<object[]> Searches =>
    [
        [nameof(RandomSearch)], [nameof(GreedySearch)], [nameof(EvolutionSearch)], [nameof(UniformWidthSearch)], [nameof(GroupNormSearch)],
        [nameof(PolicySearch)],
    ];

    [TestMethod, DynamicData(nameof(Searches))]
    public void ASearch_StaysWithinItsBudget_AndRepeatsWithItsSeed(string name)
    {
        var (one, other) = (Run(name, 11, seed: 3), Run(name, 11, seed: 3));
        Assert.IsLessThanOrEqualTo(11, one.Judged);
        Assert.IsGreaterThan(1, one.Judged, "nothing was searched");
        CollectionAssert.AreEqual(one.Designs.Select(s_space.Describe).ToArray(), other.Designs.Select(s_space.Describe).ToArray());
    }

    [TestMethod]
    [DataRow(nameof(RandomSearch))]
    [DataRow(nameof(EvolutionSearch))]
    [DataRow(nameof(PolicySearch))]
    public void AnotherSeed_AsksForOtherDesigns(string name) => CollectionAssert.AreNotEqual(
        Run(name, 11, seed: 3).Designs.Select(s_space.Describe).ToArray(), Run(name, 11, seed: 4).Designs.Select(s_space.Describe).ToArray());

    [TestMethod]
    public void RandomSearch_EndsWhenAllIsKnown()
    {
        var table = Run(nameof(RandomSearch), int.MaxValue, seed: 1);
        Assert.AreEqual(s_space.All().Count(), table.Judged);
    }

    [TestMethod]
    public void GreedySearch_GoesFromTheTeacherUphill()
    {
        var table = Run(nameof(GreedySearch), int.MaxValue, seed: 1);
        var best = s_space.All().Max(design => RewardTable.Of(s_space, design));
        Assert.IsGreaterThan(0.9 * best, table.Best);
        // Its first questions are the single steps from the teacher: three layers and four sizes.
        Assert.IsTrue(table.Designs.Take(7).All(design => design.Kept.Count(kept => !kept) + design.Levels.Count(level => level < 2) == 1));
    }

    [TestMethod]
    public void GreedySearch_GoesOnToSmallerNetworks_WhereAllStepsAreTooLarge()
    {
        // Only networks of one layer, of a quarter of its width.
        var table = new RewardTable(s_space, int.MaxValue, design => s_space.SizesOf(design).Sum(sizes => sizes?.Sum() ?? 0) > 16 ? CompressionReward.Impossible : 1);
        new GreedySearch().Run(s_space, table, new Random(1));
        Assert.AreEqual(1, table.Best);
        // After all seven single steps it goes on from one of the smallest: without a layer, and then without another.
        Assert.AreEqual((2, true), (table.Designs[7].Kept.Count(kept => !kept), table.Designs[7].Levels.All(level => level == 2)));
    }

    [TestMethod]
    public void UniformWidth_HasOneFactorForAll() => Assert.IsTrue(
        Run(nameof(UniformWidthSearch), 11, seed: 1).Designs.All(design => design.Levels.Distinct().Count() == 1 && design.Kept.All(kept => kept)));

    [TestMethod]
    public void GroupNorm_ShrinksTheLayersOfSmallNorms()
    {
        // Half of the first layer's channels are near 0; the others are all alike.
        double[][] norms = [[.. Enumerable.Range(0, 64).Select(i => i < 32 ? 0.1 : 1.9)], .. Enumerable.Range(0, 3).Select(_ => Enumerable.Repeat(1.0, 64).ToArray())];
        var table = new RewardTable(s_space, 8, design => RewardTable.Of(s_space, design));
        new GroupNormSearch(norms).Run(s_space, table, new Random(1));
        CollectionAssert.AreEqual(new[] { 1, 2, 2, 2 }, table.Designs[0].Levels.ToArray());
    }

    [TestMethod]
    public void SingleNetwork_AsksForTheTeachersSizesInOneNetwork()
    {
        var space = new SearchSpace(
            [new("", NetworkPartKind.Ensemble, CanLack: false, [new("EnsembleSize", 5)]), new("", NetworkPartKind.Whole, CanLack: false, [new("Width", 8)])],
            [0.5, 1]);
        var table = new RewardTable(space, 8, _ => 0);
        new SingleNetworkSearch().Run(space, table, new Random(1));
        Assert.AreEqual("EnsembleSize 1, Width 8", space.Describe(table.Designs.Single()));
    }

    private static RewardTable Run(string name, int budget, int seed)
    {
        var table = new RewardTable(s_space, budget, design => RewardTable.Of(s_space, design));
        using var policy = CompressionPolicy.Create(3, seed);
        ICompressionSearch search = name switch
        {
            nameof(RandomSearch) => new RandomSearch(),
            nameof(GreedySearch) => new GreedySearch(),
            nameof(EvolutionSearch) => new EvolutionSearch(),
            nameof(UniformWidthSearch) => new UniformWidthSearch(),
            nameof(GroupNormSearch) => new GroupNormSearch(
                [.. s_space.Sizes.Select((_, layer) => Enumerable.Range(1, 64).Select(i => Math.Pow(i / 32.0, layer + 1)).ToArray())]),
            _ => new PolicySearch(policy, 0.03, 5),
        };
        search.Run(s_space, table, new Random(seed));
        return table;
    }
}
