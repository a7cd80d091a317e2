namespace Microsoft.ML.Extensions.Sequence.Tests.Lrcn.Captions;

[TestClass]
public sealed class VocabularyTests
{
    [TestMethod]
    public void Of_TakesWordsThatOccurOftenEnough_TheFrequentFirst()
    {
        var sentences = new[] { ("b a  b", 2L), ("a\tc", 1L), ("d", 1L) };
        CollectionAssert.AreEqual(new[] { "b", "a", "c", "d" }, Vocabulary.Of(sentences, 1).Words);
        CollectionAssert.AreEqual(new[] { "b", "a" }, Vocabulary.Of(sentences, 2).Words);
    }

    [TestMethod]
    public void Encode_EndsWithTheBoundary_UnlessTheSentenceIsCutOff()
    {
        var vocabulary = new Vocabulary(["a", "b"]);
        CollectionAssert.AreEqual(new[] { 2, 3, 0 }, vocabulary.Encode("a b", 2));
        CollectionAssert.AreEqual(new[] { 2, 3 }, vocabulary.Encode("a b a", 2));
        CollectionAssert.AreEqual(new[] { 2, 1, 0 }, vocabulary.Encode("a what", 5));
        Assert.AreEqual(4, vocabulary.Size);
    }

    [TestMethod]
    public void Decode_GivesTheWordsUpToTheBoundary()
    {
        var vocabulary = new Vocabulary(["a", "b"]);
        Assert.AreEqual("b a", vocabulary.Decode([3, 2, 0, 0]));
        Assert.AreEqual("b", vocabulary.Decode([3]));
        Assert.AreEqual("", vocabulary.Decode([0]));
    }
}
