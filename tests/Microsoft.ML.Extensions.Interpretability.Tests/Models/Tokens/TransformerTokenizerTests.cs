using System.Text;
using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Interpretability.Tests.Models.Tokens;

[TestClass]
public sealed class TransformerTokenizerTests
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mlx").FullName;

    [TestCleanup]
    public void Delete() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    public void LoadGpt2_MergesByRankAndKeepsSpacesInFront()
    {
        // A word's letters, then the merges' results; a space in front is written as the letter G with a dot.
        WriteGpt2(["h", "e", "l", "o", "\u0120", "!", "he", "ll", "hell", "hello", "\u0120hello", "\u0120h"],
            ["h e", "l l", "he ll", "hell o", "\u0120 hello"]);
        var tokenizer = TransformerTokenizer.LoadGpt2(_folder);
        CollectionAssert.AreEqual(new[] { 9, 10, 5 }, tokenizer.Encode("hello hello!"));
        Assert.AreEqual("hello hello!", tokenizer.Decode([9, 10, 5]));
        Assert.AreEqual(12, tokenizer.VocabularySize);
    }

    [TestMethod]
    public void Encode_OfWhatGpt2VocabularyCannotSay_NamesTextAndPart()
    {
        WriteGpt2(["h", "e", "he"], ["h e"]);
        var message = Assert.ThrowsExactly<ArgumentException>(() => TransformerTokenizer.LoadGpt2(_folder).Encode("hex")).Message;
        StringAssert.Contains(message, "'hex'");
        StringAssert.Contains(message, "'x'");
    }

    [TestMethod]
    public void LoadGpt2_OfMergesThatDoNotFitTheVocabulary_SaysSo()
    {
        WriteGpt2(["h", "e"], ["h e"]);
        StringAssert.Contains(Assert.ThrowsExactly<FormatException>(() => TransformerTokenizer.LoadGpt2(_folder)).Message, "'he'");
    }

    [TestMethod]
    public void LoadGpt2_OfMergesCutBetweenLines_SaysSo()
    {
        var letters = Enumerable.Range('a', 26).Select(letter => ((char)letter).ToString()).ToArray();
        var pairs = letters.SelectMany(left => letters.Select(right => (left, right))).Take(100).ToArray();
        WriteGpt2([.. letters, .. pairs.Select(pair => pair.left + pair.right)], [.. pairs.Select(pair => $"{pair.left} {pair.right}")]);
        CollectionAssert.AreEqual(new[] { 27 }, TransformerTokenizer.LoadGpt2(_folder).Encode("ab"));
        File.WriteAllLines(Path.Combine(_folder, "merges.txt"), File.ReadLines(Path.Combine(_folder, "merges.txt")).Take(80).ToArray());
        StringAssert.Contains(Assert.ThrowsExactly<FormatException>(() => TransformerTokenizer.LoadGpt2(_folder)).Message, "21 tokens");
    }

    [TestMethod]
    public void LoadLlama2c_ReadsTheStoriesVocabulary()
    {
        var tokenizer = TransformerTokenizer.LoadLlama2c(Find("lm_stories260K/tok512.bin"));
        Assert.AreEqual(512, tokenizer.VocabularySize);
        CollectionAssert.AreEqual(new[] { 1, 403, 407, 261, 378 }, tokenizer.Encode("Once upon a time"));
        // Bytes stand for what has no token.
        Assert.AreEqual("H\u00e9?\n\u2603 x  y", tokenizer.Decode(tokenizer.Encode("H\u00e9?\n\u2603 x  y")));
    }

    [TestMethod]
    public void LoadLlama2c_OfAnotherFile_SaysSo()
    {
        var path = Path.Combine(_folder, "vocabulary.bin");
        foreach (var bytes in new byte[][] { [], [1, 0, 0, 0, 7], [1, 0, 0, 0, .. new byte[4], 9, 0, 0, 0, 65] })
        {
            File.WriteAllBytes(path, bytes);
            StringAssert.Contains(Assert.ThrowsExactly<FormatException>(() => TransformerTokenizer.LoadLlama2c(path)).Message, path);
        }
    }

    [TestMethod]
    public void OfCharacters_SetsTheEndsAndLeavesThemOutAgain()
    {
        var tokenizer = TransformerTokenizer.OfCharacters(["[start]", "[pad]", "[end]", "(", ")"], "[start]", "[end]");
        CollectionAssert.AreEqual(new[] { 0, 3, 4, 2 }, tokenizer.Encode("()"));
        Assert.AreEqual("()", tokenizer.Decode([0, 3, 4, 2]));
        var message = Assert.ThrowsExactly<ArgumentException>(() => tokenizer.EncodeAll(["()", "(]"])).Message;
        StringAssert.Contains(message, "'(]'");
        StringAssert.Contains(message, "']'");
    }

    [TestMethod]
    public void OfWords_ReadsWordsBetweenSpaces()
    {
        var tokenizer = TransformerTokenizer.OfWords(["the", "cat"]);
        var batch = tokenizer.EncodeAll(["cat", "the cat the"]);
        CollectionAssert.AreEqual(new[] { 1, 3 }, batch.Lengths.ToArray());
        Assert.AreEqual(1, batch[1, 1]);
        Assert.AreEqual("the cat", tokenizer.Decode([0, 1]));
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => tokenizer.Encode("the dog")).Message, "'dog'");
    }

    [TestMethod]
    public void OfCharacters_OfBadVocabulary_SaysSo()
    {
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => TransformerTokenizer.OfCharacters(["a", "a"])).Message, "'a' of token 1");
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => TransformerTokenizer.OfCharacters(["a"], first: "b")).Message, "'b'");
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentOutOfRangeException>(
            () => TransformerTokenizer.OfCharacters(["a"]).Decode([0, 1])).Message, "tokens 0 to 0");
        Assert.ThrowsExactly<FileNotFoundException>(() => TransformerTokenizer.LoadGpt2(_folder));
    }

    [TestMethod]
    public void OfCharacters_ReadsACharacterOfTwoUnitsAsOne()
    {
        var tokenizer = TransformerTokenizer.OfCharacters(["a", "\U0001F600"]);
        CollectionAssert.AreEqual(new[] { 1, 0, 1 }, tokenizer.Encode("\U0001F600a\U0001F600"));
        Assert.AreEqual("\U0001F600a", tokenizer.Decode([1, 0]));
    }

    [TestMethod]
    public void Load_OfSavedSymbols_ReadsTheSame()
    {
        foreach (var (tokenizer, text) in new[]
        {
            (TransformerTokenizer.OfCharacters(["<s>", "a", "\"", "\U0001F600"], first: "<s>"), "a\"\U0001F600"),
            (TransformerTokenizer.OfWords(["a", "b<", "</s>"], last: "</s>"), "b< a"),
        })
        {
            tokenizer.Save(_folder);
            var loaded = TransformerTokenizer.Load(_folder);
            Assert.AreEqual(tokenizer.VocabularySize, loaded.VocabularySize);
            CollectionAssert.AreEqual(tokenizer.Encode(text), loaded.Encode(text));
            Assert.AreEqual(text, loaded.Decode(loaded.Encode(text)));
        }
    }

    [TestMethod]
    public void Save_OfGpt2_WritesItsFilesAndRemovesWhatWouldBeReadInstead()
    {
        WriteGpt2(["h", "e", "he"], ["h e"]);
        var tokenizer = TransformerTokenizer.LoadGpt2(_folder);
        TransformerTokenizer.OfWords(["a"]).Save(_folder);
        Assert.AreEqual(1, TransformerTokenizer.Load(_folder).VocabularySize);
        tokenizer.Save(_folder);
        CollectionAssert.AreEqual(new[] { "merges.txt", "vocab.json" }, FileNames());
        CollectionAssert.AreEqual(new[] { 2, 1 }, TransformerTokenizer.Load(_folder).Encode("hee"));
    }

    [TestMethod]
    public void Save_OfLlama2c_IsReadAsSentencePiece()
    {
        TransformerTokenizer.LoadLlama2c(Find("lm_stories260K/tok512.bin")).Save(_folder);
        CollectionAssert.AreEqual(new[] { "tokenizer.model" }, FileNames());
        CollectionAssert.AreEqual(new[] { 1, 403, 407, 261, 378 }, TransformerTokenizer.Load(_folder).Encode("Once upon a time"));
    }

    [TestMethod]
    [DataRow("{")]
    [DataRow("null")]
    [DataRow("{\"Version\":1,\"Vocabulary\":{\"Symbols\":[\"a\",\"a\"],\"Separator\":\"\"}}")]
    [DataRow("{\"Version\":1,\"Vocabulary\":{\"Symbols\":[null],\"Separator\":\"\"}}")]
    [DataRow("{\"Version\":1,\"Vocabulary\":{\"Symbols\":[\"a\"],\"Separator\":\"x\"}}")]
    [DataRow("{\"Version\":2,\"Vocabulary\":{\"Symbols\":[\"a\"],\"Separator\":\"\"}}")]
    public void Load_OfADamagedVocabulary_NamesTheFile(string content)
    {
        File.WriteAllText(Path.Combine(_folder, "vocabulary.json"), content);
        StringAssert.Contains(Assert.ThrowsExactly<FormatException>(() => TransformerTokenizer.Load(_folder)).Message, "vocabulary.json");
    }

    [TestMethod]
    public void Load_OfAFolderWithoutTokenizer_SaysWhatItLooksFor() => StringAssert.Contains(
        Assert.ThrowsExactly<FileNotFoundException>(() => TransformerTokenizer.Load(_folder))
            .Message, "'vocabulary.json' nor 'vocab.json' nor 'tokenizer.model'");

    private string[] FileNames() => [.. Directory.GetFiles(_folder).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal)];

    private void WriteGpt2(string[] vocabulary, string[] merges)
    {
        File.WriteAllText(Path.Combine(_folder, "vocab.json"),
            $"{{{string.Join(",", vocabulary.Select((text, token) => $"\"{text}\":{token}"))}}}", Encoding.UTF8);
        File.WriteAllText(Path.Combine(_folder, "merges.txt"), "#version: 0.2\n" + string.Join("\n", merges) + "\n", Encoding.UTF8);
    }

    private static string Find(string relative)
    {
        var path = SharedData.Find(relative);
        if (path is null)
        {
            Assert.Inconclusive($"{relative} is not in the data folder; set MLX_DATA to a folder that holds it.");
        }
        return path!;
    }
}
