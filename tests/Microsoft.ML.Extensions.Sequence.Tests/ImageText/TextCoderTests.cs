namespace Microsoft.ML.Extensions.Sequence.Tests;

[TestClass]
public sealed class TextCoderTests
{
    [TestMethod]
    [DataRow(TextChannel.BagOfWords, "a red hat a")]
    [DataRow(TextChannel.Bigrams, "a red hat a|a red|red hat|hat a")]
    [DataRow(TextChannel.Trigrams, "a red hat a|a red|red hat|hat a|a red hat|red hat a")]
    [DataRow(TextChannel.SkipGrams, "a red hat a|a red|red hat|hat a|a red hat|red hat a|a * hat|red * a")]
    [DataRow(TextChannel.Gru, "a red hat a")]
    public void Terms_AreThoseOfTheChannel(TextChannel channel, string expected)
    {
        string[] terms = [.. expected.Split('|')[0].Split(' '), .. expected.Split('|')[1..]];
        CollectionAssert.AreEqual(terms, new TextCoder(new() { Channel = channel, LetterGrams = 0 }).Terms("A red hat, a").ToArray());
    }

    [TestMethod]
    public void WordsBeyondTheMost_AreNotRead() => CollectionAssert.AreEqual(
        new[] { "a", "red", "a red" }, new TextCoder(new() { Channel = TextChannel.Bigrams, MaxWords = 2, LetterGrams = 0 }).Terms("a red hat").ToArray());

    [TestMethod]
    [DataRow(TextChannel.BagOfWords, 3, "a hats| #a#| #ha| hat| ats| ts#")]
    [DataRow(TextChannel.Bigrams, 5, "a hats|a hats| #a#| #hats| hats#")]
    [DataRow(TextChannel.Gru, 3, "a hats")]
    public void ABag_HasRunsOfLetters_AndWordsInOrderHaveNone(TextChannel channel, int letters, string expected)
    {
        string[] terms = [.. expected.Split('|')[0].Split(' '), .. expected.Split('|')[1..]];
        CollectionAssert.AreEqual(terms, new TextCoder(new() { Channel = channel, LetterGrams = letters }).Terms("A hats").ToArray());
    }

    [TestMethod]
    public void ASentenceOfUnknownWords_IsReadByTheirLetters()
    {
        var options = new TextChannelOptions();
        var builder = new TermVocabularyBuilder();
        builder.Add(new TextCoder(options).Terms("hat"));
        var vocabulary = builder.Build();
        string[] known = [.. new TextCoder(options, vocabulary).Encode("hats").Select(id => vocabulary.Term(id))];
        CollectionAssert.AreEquivalent(new[] { " #ha", " hat" }, known);
        CollectionAssert.AreEqual(new[] { TermVocabulary.Unknown }, new TextCoder(options, vocabulary).Encode("dog"));
    }

    [TestMethod]
    [DataRow(TextChannel.BagOfWords, "the hat of a cat", "2 3")]
    [DataRow(TextChannel.Gru, "the hat of a cat", "1 2 1 1 3")]
    [DataRow(TextChannel.BagOfWords, "nothing known", "1")]
    [DataRow(TextChannel.Gru, "nothing known", "1")]
    [DataRow(TextChannel.Gru, "", "1")]
    public void UnknownTerms_KeepTheirPlaceWhereThereAreOnes(TextChannel channel, string sentence, string expected)
    {
        var builder = new TermVocabularyBuilder();
        builder.Add(["hat", "cat"]);
        builder.Add(["hat"]);
        var coder = new TextCoder(new() { Channel = channel }, builder.Build());
        Assert.AreEqual(expected, string.Join(' ', coder.Encode(sentence)));
    }
}
