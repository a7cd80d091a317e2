namespace Microsoft.ML.Extensions.Sequence.Tests.Ranking;

[TestClass]
public sealed class RankingSizesTests
{
    private static IEnumerable<object[]> Architectures => Enum.GetValues<RankingArchitecture>().Select(value => new object[] { value });

    [TestMethod, DynamicData(nameof(Architectures))]
    public void TheSizesOfAnArchitecture_AreThoseThatItsWeightsDependOn(RankingArchitecture architecture)
    {
        var ml = new MLContext(1);
        foreach (var learns in new[] { false, true })
        {
            using var model = PairRow.Fit(ml, PairRow.Of(4, 1), options => (options.Architecture, options.LearnTermVectors) = (architecture, learns));
            var whole = Parameters(_ => { });
            Assert.AreEqual(model.Model.ParameterCount, whole);
            var needed = new (string Name, Action<NeuralRankingOptions> Change)[]
            {
                (nameof(NeuralRankingOptions.HiddenSize), options => options.HiddenSize = 2),
                (nameof(NeuralRankingOptions.Filters), options => options.Filters = 1),
                (nameof(NeuralRankingOptions.EmbeddingSize), options => options.EmbeddingSize = 2),
            }.Where(size => Parameters(size.Change) != whole).Select(size => size.Name).ToArray();
            var listed = Read().Parts.SelectMany(part => part.Sizes).Select(size => size.Name).ToArray();
            CollectionAssert.AreEqual(needed, listed, $"{architecture}, {(learns ? "trained" : "fixed")} vectors");

            long Parameters(Action<NeuralRankingOptions> change)
            {
                var options = Read();
                change(options);
                return model.Copies.Size(options).Parameters;
            }

            NeuralRankingOptions Read()
            {
                var options = (NeuralRankingOptions)model.ReadOptions();
                options.KeepOf(model);
                return options;
            }
        }
    }
}
