using System.Text;
using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Sequence.Tests.Ranking.Encoders.Words;

[TestClass]
public sealed class WordVectorsTests
{
    [TestMethod]
    [DataRow("wing 1 -2.5\nflow 3e-1 4\n", DisplayName = "GloVe")]
    [DataRow("2 2\nwing 1 -2.5 \nflow 3e-1 4 \n", DisplayName = "word2vec, blanks at the ends of lines")]
    [DataRow("wing\t1\t-2.5\r\nflow  .3  4", DisplayName = "tabs, Windows line ends, no last one")]
    public void File_OfEachDialectIsRead(string text)
    {
        foreach (var encoding in new Encoding[] { new UTF8Encoding(false), new UTF8Encoding(true), Encoding.Unicode })
        {
            using var file = new TempFile([.. encoding.Preamble, .. encoding.GetBytes(text)]);
            var vectors = WordVectors.Load(file.Path);
            CollectionAssert.AreEquivalent(new[] { "wing", "flow" }, vectors.Terms.ToArray());
            CollectionAssert.AreEqual(new[] { 1f, -2.5f }, vectors.Vector("wing"));
            CollectionAssert.AreEqual(new[] { .3f, 4f }, vectors.Vector("flow"));
        }
    }

    [TestMethod]
    public void Word_MayHaveBlanks()
    {
        using var file = new TempFile("wing 1 2\n. . . 3 4\nat name@domain.com 5 6\n");
        var vectors = WordVectors.Load(file.Path);
        CollectionAssert.AreEqual(new[] { 3f, 4f }, vectors.Vector(". . ."));
        CollectionAssert.AreEqual(new[] { 5f, 6f }, vectors.Vector("at name@domain.com"));
    }

    [TestMethod]
    [DataRow("", "empty")]
    [DataRow("wing\n", "not a word with its numbers")]
    [DataRow("wing 1 2\nflow 1\n", "line 2|1 numbers after its word; there should be 2")]
    [DataRow("wing 1 2\nflow 1 2 3\n", "line 2|3 numbers after its word; there should be 2")]
    [DataRow("wing 1 2\nflow 1 x\n", "line 2|'x'")]
    [DataRow("wing 1 2\nflow 1,5 2\n", "line 2|'1,5'")]
    [DataRow("wing 1 NaN\n", "line 1|'NaN'")]
    [DataRow("wing 1 2\nflow 1 2\nwing 3 4\n", "line 3|'wing' has a vector in line 1")]
    [DataRow("3 2\nwing 1 2\nflow 1 2\n", "2 words were read, and the first line says that there are 3")]
    [DataRow("1 2\nwing 1 2\nflow 1 2\n", "2 words were read, and the first line says that there are 1")]
    [DataRow("9000000000 300\nwing 1 2\n", "line 1|9000000000 words of 300 numbers")]
    [DataRow("1 0\nwing\n", "line 1|1 words of 0 numbers")]
    public void File_ThatIsWrongIsRefusedByLine(string text, string said)
    {
        using var file = new TempFile(text);
        var message = Assert.ThrowsExactly<FormatException>(() => WordVectors.Load(file.Path)).Message;
        foreach (var part in said.Split('|'))
        {
            Assert.Contains(part, message);
        }
    }

    [TestMethod]
    public void File_IsReadUpToTheMostWords()
    {
        using var file = new TempFile("3 2\nwing 1 2\nflow 3 4\nheat 5 6\n");
        CollectionAssert.AreEquivalent(new[] { "wing", "flow" }, WordVectors.Load(file.Path, mostTerms: 2).Terms.ToArray());
    }

    [TestMethod]
    public void UnknownWord_MatchesItselfAlone()
    {
        var vectors = Topics(50);
        string[] words = ["xylophone", "xylophones", "zebra", "", "Zebra", "\u4E2D"];
        for (var one = 0; one < words.Length; one++)
        {
            Assert.AreEqual(1, Cosine(vectors.Vector(words[one]), vectors.Vector(words[one])), 1e-6);
            Assert.IsGreaterThan(0.1, Length(vectors.Vector(words[one])));
            for (var other = 0; other < one; other++)
            {
                Assert.IsLessThan(0.6, Math.Abs(Cosine(vectors.Vector(words[one]), vectors.Vector(words[other]))), $"{words[one]}, {words[other]}");
            }
            foreach (var term in vectors.Terms)
            {
                Assert.IsLessThan(0.6, Math.Abs(Cosine(vectors.Vector(words[one]), vectors.Vector(term))), $"{words[one]}, {term}");
            }
        }
    }

    [TestMethod]
    public void UnknownWord_IsTheSameEverywhere()
    {
        // By Python's hashlib and the formulas of SplitMix64, Box and Muller.
        var vector = new float[3];
        DistinctVector.Write("wing", 2, vector);
        CollectionAssert.AreEqual(new[] { "-1.7226", "0.0757", "1.0135" }, vector.Select(value => FormattableString.Invariant($"{value:f4}")).ToArray());
    }

    [TestMethod]
    public void Learned_WordsOfATopicAreNear()
    {
        var vectors = Topics(20);
        Assert.IsGreaterThan(Cosine(vectors.Vector("a0"), vectors.Vector("b1")) + 0.3, Cosine(vectors.Vector("a0"), vectors.Vector("a1")));
        CollectionAssert.AreEqual(Topics(20).Vector("a3"), vectors.Vector("a3"), "The seed alone decides.");
    }

    [TestMethod]
    public void Learned_DimensionsBeyondTheWordsAreZero()
    {
        var vectors = Topics(100);
        Assert.IsTrue(vectors.Vector("a0").AsSpan(16).IndexOfAnyExcept(0f) < 0);
        Assert.IsTrue(vectors.Vector("a0").AsSpan(0, 16).IndexOfAnyExcept(0f) >= 0);
    }

    [TestMethod]
    public void Learned_WithoutACommonWordIsRefused() =>
        Assert.Contains("LeastTexts", Assert.ThrowsExactly<InvalidOperationException>(() => WordVectors.Learn(["wing", "flow"])).Message);

    [TestMethod]
    public void Learned_WordWithoutNeighboursMatchesItself()
    {
        var vectors = WordVectors.Learn(["wing flow", "wing flow heat", "lonely", "lonely"], options: new WordVectorOptions { LeastTexts = 1 });
        Assert.AreEqual(1, Cosine(vectors.Vector("lone"), vectors.Vector("lone")), 1e-6);
        Assert.DoesNotContain("lone", vectors.Terms);
    }

    [TestMethod]
    public void Saved_IsReadAgain()
    {
        var vectors = Topics(7);
        using var file = new TempFile("");
        vectors.Save(file.Path);
        var loaded = WordVectors.Load(file.Path);
        CollectionAssert.AreEquivalent(vectors.Terms.ToArray(), loaded.Terms.ToArray());
        foreach (var term in vectors.Terms)
        {
            CollectionAssert.AreEqual(vectors.Vector(term), loaded.Vector(term));
        }
    }

    [TestMethod]
    public void Tokens_AreTheAnalyzersWords()
    {
        using var file = new TempFile("wing 1 2\nflow 3 4\n");
        var vectors = WordVectors.Load(file.Path);
        var tokens = vectors.EncodeTokens(["The Wing, flow", ""]);
        CollectionAssert.AreEqual(new[] { "the", "wing", "flow" }, tokens[0].Tokens.ToArray());
        CollectionAssert.AreEqual(new[] { 1f, 2f }, tokens[0][1].ToArray());
        CollectionAssert.AreEqual(vectors.Vector("the"), tokens[0][0].ToArray());
        Assert.IsEmpty(tokens[1].Tokens);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => tokens[0][3].ToArray());
        Assert.ThrowsExactly<ArgumentException>(() => vectors.EncodeTokens([null!]));
    }

    [TestMethod]
    public void Information_IsItsFormula()
    {
        int[][] texts = [[0, 1, 2, 0], [1, -1, 2], [2, 2, 3]];
        const int Window = 2;
        var counts = new double[4, 4];
        foreach (var text in texts)
        {
            for (var place = 0; place < text.Length; place++)
            {
                for (var other = 0; other < text.Length; other++)
                {
                    if (place != other && Math.Abs(place - other) <= Window && text[place] >= 0 && text[other] >= 0)
                    {
                        counts[text[place], text[other]]++;
                    }
                }
            }
        }
        double Sum(int word) => Enumerable.Range(0, 4).Sum(other => counts[word, other]);
        var information = new PointwiseInformation(4, Window);
        foreach (var text in texts)
        {
            information.Add(text);
        }
        var matrix = information.Matrix(shift: 1.2, smoothing: 0.75, () => { });
        var total = Enumerable.Range(0, 4).Sum(word => Math.Pow(Sum(word), 0.75));
        for (var word = 0; word < 4; word++)
        {
            var row = Enumerable.Range(matrix.Starts[word], matrix.Starts[word + 1] - matrix.Starts[word]).ToDictionary(place => matrix.Places[place], place => matrix.Values[place]);
            for (var context = 0; context < 4; context++)
            {
                var expected = counts[word, context] == 0 ? 0
                    : Math.Max(0, Math.Log(counts[word, context] * total / (Sum(word) * Math.Pow(Sum(context), 0.75))) - Math.Log(1.2));
                Assert.AreEqual(expected, row.GetValueOrDefault(context), 1e-12, $"{word}, {context}");
            }
        }
    }

    // Two topics of 8 words each.
    private static WordVectors Topics(int dimensions)
    {
        var random = new Random(3);
        string[] texts = [.. Enumerable.Range(0, 120).Select(text => string.Join(' ', Enumerable.Range(0, 12).Select(_ => $"{(text % 2 == 0 ? 'a' : 'b')}{random.Next(8)}")))];
        return WordVectors.Learn(texts, options: new WordVectorOptions { Dimensions = dimensions, Window = 4 });
    }

    private static double Cosine(float[] one, float[] other) => one.Zip(other, (a, b) => (double)a * b).Sum() / (Length(one) * Length(other));

    private static double Length(float[] vector) => Math.Sqrt(vector.Sum(value => (double)value * value));

    // Counting, the matrix, products, and what comes after them.
    [TestMethod]
    public void Learning_IsStoppedAtAnyLook_AndLeavesNoTensor()
    {
        string[] texts = [.. Enumerable.Range(0, 40).Select(text => string.Join(' ', Enumerable.Range(0, 12).Select(word => $"word{(text * word) % 17}")))];
        Stops.AssertAtEach(
            checkAlive => WordVectors.LearnUntilStopped(texts, null, new WordVectorOptions { Dimensions = 4 }, checkAlive), every: 37, least: 300);
        Assert.ThrowsExactly<OperationCanceledException>(() => WordVectors.Learn(texts, cancellationToken: new CancellationToken(canceled: true)));
    }
}
