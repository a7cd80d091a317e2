using System.Globalization;
using System.Text;
using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Sequence.Tests.Ranking.Encoders.Tokens;

[TestClass]
public sealed class WordPieceTokenizerTests
{
    private static readonly WordPieceVocabulary s_miniLm = new(MiniLm.Pieces);

    // Recorded from Hugging Face's tokenizers (BertNormalizer, BertPreTokenizer, WordPiece) with the vocabulary of all-MiniLM-L6-v2.
    [TestMethod]
    [DataRow(true, "", "101 102")]
    [DataRow(true, " \t\n", "101 102")]
    [DataRow(true, "Hello, World!", "101 7592 1010 2088 999 102")]
    [DataRow(true, "\u00C7a va? d\u00E9j\u00E0-vu na\u00EFve Z\u00FCrich", "101 6187 12436 1029 2139 3900 1011 24728 15743 10204 102")]
    [DataRow(true, "e\u0301te\u0301 \u0301", "101 3802 2063 102")]
    [DataRow(true, "\u65E5\u672C\u8A9E\u30C6\u30B9\u30C8 \u4E2D\u6587\u5B57\u7B26 a\u4E2Db",
        "101 1864 1876 1950 1713 30233 30240 1746 1861 100 100 1037 1746 1038 102")]
    [DataRow(true, "a\u0000b\u0001c\u200Bd\uFEFFe\uFFFDf", "101 5925 3207 2546 102")]
    [DataRow(true, "tab\tnew\nline\r\nx\u00A0y\u3000z\u2028w\u0085v", "101 21628 2047 2240 1060 1061 1062 1059 2615 102")]
    [DataRow(true, "zzzqqqxxx \uD83D\uDE42 \uD835\uDCB3 \uD840\uDC00", "101 1062 13213 4160 4160 4160 20348 2595 100 100 100 102")]
    [DataRow(true, "[CLS] [SEP] [MASK] [mask] [UNK] [PAD] x[SEP]y", "101 101 102 103 1031 7308 1033 100 0 1060 102 1061 102")]
    [DataRow(true, "$100+50=150 ~tilde^caret`tick|bar<lt>",
        "101 1002 2531 1009 2753 1027 5018 1066 18681 3207 1034 2729 2102 1036 16356 1064 3347 1026 8318 1028 102")]
    [DataRow(true, "\u0130stanbul \u0391\u03A3 stra\u00DFe \u1E9E", "101 9960 1155 29733 2358 27807 1096 102")]
    [DataRow(true, "don't we're U.S.A. 3.14 1,000",
        "101 2123 1005 1056 2057 1005 2128 1057 1012 1055 1012 1037 1012 1017 1012 2403 1015 1010 2199 102")]
    [DataRow(true, "\uD55C\uAD6D\uC5B4 \uBB38\uC7A5",
        "101 1469 30006 30021 29991 30014 30020 29999 30008 1459 30014 30021 30000 30006 30025 102")]
    [DataRow(true, "\u0939\u093F\u0928\u094D\u0926\u0940", "101 1339 29877 29863 29861 29878 102")]
    [DataRow(true, "\uFB01ne \u2460 \u00BD K \u00C5 \u2260 \u226E \u037E", "101 1984 2638 100 1092 1047 1037 1027 1026 1025 102")]
    [DataRow(true, "\u2014dash\u2026 \u201Cquote\u201D \u00ADsoft", "101 1517 11454 1529 1523 14686 1524 3730 102")]
    [DataRow(true, "a##b ##ing ing", "101 1037 1001 1001 1038 1001 1001 13749 13749 102")]
    [DataRow(true, "Pneumonoultramicroscopicsilicovolcanoconiosis",
        "101 1052 2638 2819 17175 11314 6444 2594 7352 26461 27572 11261 6767 15472 6761 8663 10735 2483 102")]
    [DataRow(false, "\u00C7a va? Z\u00FCrich Hello", "101 100 12436 1029 100 100 102")]
    [DataRow(false, "\u0130stanbul a\u4E2Db", "101 100 1037 1746 1038 102")]
    public void Ids_AreHuggingFaces(bool lowerCase, string text, string ids) =>
        Assert.AreEqual(ids, Ids(new WordPieceTokenizer(s_miniLm, new WordPieceSettings(lowerCase)), text));

    [TestMethod]
    [DataRow('a', 100, false)]
    [DataRow('a', 101, true)]
    [DataRow('\u0301', 500, false)]
    public void Word_BeyondAHundredCharactersIsUnknown(char letter, int count, bool isUnknown)
    {
        var ids = new WordPieceTokenizer(s_miniLm, new WordPieceSettings()).Encode("a" + new string(letter, count - 1) + " b", 512);
        Assert.AreEqual(isUnknown, ids[1] == 100);
        CollectionAssert.AreEqual(new[] { 1038, 102 }, ids[^2..]);
    }

    [TestMethod]
    public void Word_OfAstralCharactersIsCountedInCodePoints()
    {
        var tokenizer = new WordPieceTokenizer(
            new WordPieceVocabulary([.. WordPieceTokenizer.Special, "\U0001D4B3", "##\U0001D4B3"]), new WordPieceSettings());
        Assert.HasCount(102, tokenizer.Encode(Repeated(100), 512));
        CollectionAssert.AreEqual(new[] { 2, 1, 3 }, tokenizer.Encode(Repeated(101), 512));

        static string Repeated(int count) => string.Concat(Enumerable.Repeat("\U0001D4B3", count));
    }

    [TestMethod]
    public void HalfASurrogatePair_IsDropped()
    {
        var tokenizer = new WordPieceTokenizer(s_miniLm, new WordPieceSettings());
        Assert.AreEqual(Ids(tokenizer, "ab c"), Ids(tokenizer, "a\uD83Db \uDE42c"));
    }

    [TestMethod]
    [DataRow(2, "101 102")]
    [DataRow(3, "101 7592 102")]
    [DataRow(5, "101 7592 1010 2088 102")]
    [DataRow(6, "101 7592 1010 2088 999 102")]
    [DataRow(7, "101 7592 1010 2088 999 102")]
    public void TooLong_LosesItsEnd(int most, string ids) =>
        Assert.AreEqual(ids, string.Join(' ', new WordPieceTokenizer(s_miniLm, new WordPieceSettings()).Encode("Hello, World!", most)));

    [TestMethod]
    public void WordAtTheLimit_IsUnknownOnlyWhereItIsAnyway()
    {
        // "heat" is a piece, "heatx" is not, and the limit falls within it.
        var tokenizer = new WordPieceTokenizer(
            new WordPieceVocabulary([.. WordPieceTokenizer.Special, "heat", "##ing"]), new WordPieceSettings());
        CollectionAssert.AreEqual(new[] { 2, 5, 3 }, tokenizer.Encode("heating", 3));
        CollectionAssert.AreEqual(new[] { 2, 1, 3 }, tokenizer.Encode("heatx", 3));
    }

    [TestMethod]
    public void LongText_IsReadNoFurtherThanItIsKept()
    {
        var tokenizer = new WordPieceTokenizer(s_miniLm, new WordPieceSettings());
        var text = string.Concat(Enumerable.Repeat("wing flow ", 4_000_000));
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.HasCount(64, tokenizer.Encode(text, 64));
        Assert.IsLessThan(1_000_000, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [TestMethod]
    public void Accents_AreWhatUnicodeDecomposes()
    {
        var folded = new List<Rune>();
        (string Accented, string Plain)[] pairs =
        [
            ("\u00E9", "e"), ("\u1EAD", "a"), ("\uD55C", "\u1112\u1161\u11AB"), ("\u212B", "A"), ("\u01D6", "u"),
                ("\uAC00", "\u1100\u1161"), ("\u0301", ""),
        ];
        foreach (var (accented, plain) in pairs)
        {
            folded.Clear();
            foreach (var rune in accented.EnumerateRunes())
            {
                AccentFolding.Add(rune, folded);
            }
            Assert.AreEqual(plain, string.Concat(folded), string.Create(CultureInfo.InvariantCulture, $"U+{(int)accented[0]:X4}"));
        }
    }

    private static string Ids(WordPieceTokenizer tokenizer, string text) => string.Join(' ', tokenizer.Encode(text, 512));

    // A file of line ends has a piece in each byte.
    [TestMethod]
    public void ManyPieces_TakeNoMoreThanTheyNeed()
    {
        string[] pieces = [.. Enumerable.Repeat("", 1_000_000)];
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.AreEqual(pieces.Length, new WordPieceVocabulary(pieces).Count);
        Assert.IsLessThan(36 * pieces.Length, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
