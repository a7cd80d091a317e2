using Microsoft.Extensions.AI;
using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Sequence.Tests;

/// <summary>Rankers that compare by vectors beside words.</summary>
[TestClass]
public sealed class RankerVectorsTests
{
    private readonly MLContext _ml = new(1);

    [TestMethod]
    public void Vectors_FindDocumentsWithoutAWordOfTheQuery()
    {
        using var ranker = Filled(new Meanings());
        CollectionAssert.AreEqual(new[] { "plane" }, Ids(ranker.Rank("aeroplanes", top: 1)));
        using var words = Filled(null);
        Assert.IsEmpty(words.Rank("aeroplanes"));
    }

    [TestMethod]
    [DataRow(0.0, "both:1 words:0 other:0 meaning:0")]
    [DataRow(0.25, "both:1 meaning:0.25 words:0.177 other:0")]
    [DataRow(1.0, "meaning:1 both:1 words:0.707 other:0")]
    public void Scores_AreMixedOnOneScale(double weight, string expected)
    {
        using var ranker = _ml.Ranking.CreateRanker(new() { Encoder = new Meanings(), VectorWeight = weight });
        // By words the first has 1 and the second, the last of those found, 0; by vectors they have 1, the root of a half, 1 and 0.
        ranker.Add("both", "plane plane");
        ranker.Add("words", "plane wing wing wing");
        ranker.Add("meaning", "aeroplane");
        ranker.Add("other", "cheese");
        Assert.AreEqual(expected, string.Join(' ', ranker.Rank("plane").Select(document => FormattableString.Invariant($"{document.Id}:{document.Score:0.###}"))));
    }

    [TestMethod]
    public void RemovedDocuments_LeaveNoVector_AndAnIdComesOnce()
    {
        using var ranker = Filled(new Meanings());
        Assert.ThrowsExactly<ArgumentException>(() => ranker.Add("plane", "again"));
        Assert.IsTrue(ranker.Remove("plane"));
        Assert.DoesNotContain("plane", Ids(ranker.Rank("aeroplanes")));
        ranker.Add("plane", "an airliner");
        CollectionAssert.AreEqual(new[] { "plane" }, Ids(ranker.Rank("aeroplanes", top: 1)));
    }

    [TestMethod]
    [DataRow("")]
    [DataRow(" .,; ")]
    public void TextsWithoutALetter_HaveNoVector(string text)
    {
        var encoder = new Meanings();
        using var ranker = Filled(encoder);
        ranker.Add("none", text);
        Assert.DoesNotContain("none", Ids(ranker.Rank("aeroplanes", top: 100)));
        Assert.IsEmpty(ranker.Rank(text));
        Assert.DoesNotContain(text, encoder.Seen);
    }

    [TestMethod]
    public void UnknownMeaning_FindsByWordsAlone()
    {
        using var ranker = Filled(new Meanings());
        // Its vector is all zeros.
        CollectionAssert.AreEqual(new[] { "odd" }, Ids(ranker.Rank("xyzzy")));
    }

    [TestMethod]
    public void SecondStage_GetsWhatVectorsFound()
    {
        var stage = new Longest();
        using var ranker = _ml.Ranking.CreateRanker(new() { Encoder = new Meanings(), Depth = 2 }, stage);
        ranker.Add("plane", "airliner");
        ranker.Add("longer", "aircraft and airliner");
        ranker.Add("cheese", "the longest of all texts is of cheese");
        CollectionAssert.AreEqual(new[] { "longer", "plane" }, Ids(ranker.Rank("aeroplanes", top: 2)));
    }

    [TestMethod]
    public void SavedRanker_FindsTheSame_WithItsEncoderAlone()
    {
        using var ranker = Filled(new Meanings());
        ranker.Add("none", "");
        ranker.Remove("cheese");
        using var file = new TempFile("");
        ranker.Save(file.Path);
        using (var loaded = _ml.Ranking.LoadRanker(file.Path, encoder: new Meanings()))
        {
            CollectionAssert.AreEqual(ranker.Rank("aeroplanes wing").ToArray(), loaded.Rank("aeroplanes wing").ToArray());
            Assert.AreEqual(ranker.Count, loaded.Count);
            loaded.Add("jet", "aircraft");
            Assert.Contains("jet", Ids(loaded.Rank("aeroplanes")));
        }
        StringAssert.Contains(Refused(() => _ml.Ranking.LoadRanker(file.Path)), "vectors of the encoder 'meanings, 3 numbers'; give it");
        StringAssert.Contains(Refused(() => _ml.Ranking.LoadRanker(file.Path, encoder: new Meanings("others"))), "given is 'others, 3 numbers'");
        using var words = Filled(null);
        words.Save(file.Path);
        StringAssert.Contains(Refused(() => _ml.Ranking.LoadRanker(file.Path, encoder: new Meanings())), "without vectors");

        static string Refused(Action load) => Assert.ThrowsExactly<FormatException>(load).Message;
    }

    [TestMethod]
    public void RowsOfAView_AreEncodedTogether()
    {
        var encoder = new Meanings();
        var rows = _ml.Data.LoadFromEnumerable(Enumerable.Range(0, 150).Select(i => new Row { Id = $"{i}", Text = i == 77 ? "airliner" : "cheese" }));
        using var ranker = _ml.Ranking.CreateRanker(rows, "Id", ["Text"], new() { Encoder = encoder });
        Assert.AreEqual(3, encoder.Calls);
        Assert.AreEqual("77", ranker.Rank("aeroplanes", top: 1)[0].Id);
    }

    [TestMethod]
    public void VectorsThatAreNone_AreRefused_AndTheirDocumentIsNotAdded()
    {
        using var ranker = Filled(new Meanings());
        StringAssert.Contains(Assert.ThrowsExactly<InvalidOperationException>(() => ranker.Add("bad", "nan")).Message, "NaN or infinite");
        StringAssert.Contains(Assert.ThrowsExactly<InvalidOperationException>(() => ranker.Add("bad", "short")).Message, "2 numbers");
        Assert.ThrowsExactly<InvalidOperationException>(() => ranker.Rank("nan"));
        Assert.AreEqual(4, ranker.Count);
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(
            () => _ml.Ranking.CreateRanker(new() { VectorWeight = 1.5 })).Message, "VectorWeight is 1.5");
    }

    private Ranker Filled(Meanings? encoder)
    {
        var ranker = _ml.Ranking.CreateRanker(new() { Encoder = encoder });
        ranker.Add("plane", "an airliner");
        ranker.Add("wing", "the wing of a bird");
        ranker.Add("cheese", "cheese");
        ranker.Add("odd", "xyzzy");
        return ranker;
    }

    private static string[] Ids(IReadOnlyList<RankedDocument> found) => [.. found.Select(document => document.Id)];

    /// <summary>Counts words of three meanings.</summary>
    private sealed class Meanings(string model = "meanings") : IEmbeddingGenerator<string, Embedding<float>>
    {
        private static readonly string[][] s_words = [["plane", "aeroplane", "airliner", "aircraft"], ["wing", "bird"], ["cheese"]];

        public List<string> Seen { get; } = [];

        public int Calls { get; private set; }

        public Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
            IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
        {
            Calls++;
            string[] texts = [.. values];
            Seen.AddRange(texts);
            return Task.FromResult<GeneratedEmbeddings<Embedding<float>>>([.. texts.Select(text => new Embedding<float>(Vector(text)))]);
        }

        public object? GetService(Type serviceType, object? serviceKey = null) =>
            serviceType == typeof(EmbeddingGeneratorMetadata) ? new EmbeddingGeneratorMetadata("test", null, model, 3) : null;

        public void Dispose()
        {
        }

        private static float[] Vector(string text) => text switch
        {
            "nan" => [1, float.NaN, 0],
            "short" => [1, 0],
            _ => [.. s_words.Select(words => (float)words.Count(word => text.Contains(word, StringComparison.Ordinal)))],
        };
    }

    private sealed class Longest : IDocumentScorer
    {
        public string Fingerprint => "longest";

        public float[] Score(string query, IReadOnlyList<string> documents) => [.. documents.Select(document => (float)document.Length)];
    }

    private sealed class Row
    {
        public string Id { get; set; } = "";

        public string Text { get; set; } = "";
    }
}
