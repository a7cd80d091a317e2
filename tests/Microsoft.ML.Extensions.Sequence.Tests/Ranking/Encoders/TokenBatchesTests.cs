namespace Microsoft.ML.Extensions.Sequence.Tests.Ranking.Encoders;

[TestClass]
public sealed class TokenBatchesTests
{
    [TestMethod]
    public void Batches_HoldEachTextOnceAndLittlePadding()
    {
        var random = new Random(2);
        int[] lengths = [.. Enumerable.Range(0, 700).Select(_ => 2 + random.Next(254)), 5000];
        var batches = TokenBatches.Of(lengths, 1000);
        CollectionAssert.AreEquivalent(Enumerable.Range(0, lengths.Length).ToArray(), batches.SelectMany(batch => batch).ToArray());
        foreach (var batch in batches)
        {
            var (padded, tokens) = (batch.Length * batch.Max(text => lengths[text]), batch.Sum(text => lengths[text]));
            Assert.IsTrue(batch.Length == 1 || padded <= 1000, $"{padded} tokens");
            Assert.IsTrue(tokens < 256 + 256 || (padded - tokens) * 10 <= padded, $"{padded - tokens} of {padded} are padding.");
        }
    }

    [TestMethod]
    public void Batches_OfFewTokensAreNotDivided() => Assert.HasCount(1, TokenBatches.Of([2, 30, 9, 60, 100], 1000));

    [TestMethod]
    public void Batches_OfNothingAreNone() => Assert.IsEmpty(TokenBatches.Of([], 1000));
}
