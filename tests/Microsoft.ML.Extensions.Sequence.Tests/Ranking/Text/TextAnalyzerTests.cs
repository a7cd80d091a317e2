namespace Microsoft.ML.Extensions.Sequence.Tests;

[TestClass]
public sealed class TextAnalyzerTests
{
    private static readonly TextAnalyzerOptions s_plain = new() { StopWords = StopWords.None, Stemmer = Stemmer.None };

    [TestMethod]
    public void ByDefaultTermsAreStemsInLowerCaseWithoutStopWords() =>
        CollectionAssert.AreEqual(new[] { "flow", "plate" }, Analyze("The flows of a Plate", null));

    [TestMethod]
    [DataRow("wing-body  slip.stream;", "wing,body,slip,stream")]
    [DataRow("O'Neill\u2019s don\u2019t 'quoted' ends'", "o'neill,don't,quoted,ends")]
    [DataRow("mach 1.5, 10,000 and 3. x.y", "mach,1.5,10,000,and,3,x,y")]
    [DataRow("Straße ÉTÉ naïve", "straße,été,naïve")]
    [DataRow("cafe\u0301 \u0301x", "cafe\u0301,x")]
    [DataRow("\u6771\u4EACtower", "\u6771,\u4EAC,tower")]
    [DataRow("\u30BF\u30EF\u30FC", "\u30BF\u30EF\u30FC")]
    [DataRow("\U0002000Ba", "\U0002000B,a")]
    [DataRow("a\uD800b", "a,b")]
    [DataRow("", "")]
    [DataRow(" .,;' ", "")]
    public void WordsAreRunsOfLettersAndDigits(string text, string words) =>
        Assert.AreEqual(words, string.Join(',', Analyze(text, s_plain)));

    [TestMethod]
    public void CaseStaysWithoutLowerCaseAndStopWordsAreFoundInAnyCase() =>
        CollectionAssert.AreEqual(new[] { "Flows", "plate" }, Analyze(
            "THE Flows past A plate past", new() { LowerCase = false, StopWords = StopWords.Own, OwnStopWords = ["Past", "the", "a"] }));

    [TestMethod]
    public void RunsOfWordsFollowTheWords() => CollectionAssert.AreEqual(
        new[] { "thin", "boundary", "layer", "thin boundary", "boundary layer", "thin boundary layer" },
        Analyze("thin boundary layer", new() { StopWords = StopWords.None, Stemmer = Stemmer.None, WordGrams = 3 }));

    [TestMethod]
    public void LettersOfAWordAreMarkedAtItsEnds()
    {
        CollectionAssert.AreEqual(new[] { "#go", "goo", "ood", "od#" }, Grams.OfLetters("good", 3).ToArray());
        CollectionAssert.AreEqual(new[] { "#a#" }, Grams.OfLetters("a", 3).ToArray());
        CollectionAssert.AreEqual(new[] { "#a#" }, Grams.OfLetters("a", 5).ToArray());
    }

    [TestMethod]
    public void OptionsThatContradictEachOtherAreRefusedTogether()
    {
        var message = Assert.ThrowsExactly<ArgumentException>(
            () => new TextAnalyzer(new() { OwnStopWords = ["two words"], WordGrams = 6, Stemmer = (Stemmer)7 })).Message;
        foreach (var part in new[] { "WordGrams is 6; allowed is 1 to 5", "Stemmer is 7", "set StopWords to Own",
            "'two words', which is not a single word" })
        {
            StringAssert.Contains(message, part);
        }
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => new TextAnalyzer(new() { StopWords = StopWords.Own })).Message,
            "OwnStopWords is empty");
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => new TextAnalyzer(new() { StopWords = StopWords.Own, OwnStopWords = [null!] }))
                .Message, "null");
    }

    [TestMethod]
    public void LaterChangesOfTheOptionsHaveNoEffect()
    {
        var options = new TextAnalyzerOptions { StopWords = StopWords.Own, OwnStopWords = ["x"] };
        var analyzer = new TextAnalyzer(options);
        options.Stemmer = Stemmer.None;
        options.OwnStopWords[0] = "flows";
        CollectionAssert.AreEqual(new[] { "flow" }, analyzer.Analyze("x flows").ToArray());
    }

    private static string[] Analyze(string text, TextAnalyzerOptions? options) => [.. new TextAnalyzer(options).Analyze(text)];
}
