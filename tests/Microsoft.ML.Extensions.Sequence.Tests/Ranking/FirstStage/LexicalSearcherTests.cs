namespace Microsoft.ML.Extensions.Sequence.Tests;

[TestClass]
public sealed class LexicalSearcherTests
{
    private const float Close = 1e-6f;

    // N = 3; a in 1 document, b in 2; lengths 3, 2, 4, mean 3.
    private static readonly (string Id, string[] Fields)[] s_documents = [("1", ["a a b"]), ("2", ["b c"]), ("3", ["c d d d"])];

    [TestMethod]
    public void Bm25IsItsFormula()
    {
        var found = Search(new() { K1 = 1.2, B = .75 }, s_documents, "a b");
        Assert.AreEqual((Idf(3, 1) * 2 / (1.2 + 2)) + (Idf(3, 2) * 1 / (1.2 + 1)), found["1"], Close);
        Assert.AreEqual(Idf(3, 2) / ((1.2 * (.25 + (.75 * 2 / 3))) + 1), found["2"], Close);
        Assert.IsFalse(found.ContainsKey("3"));
    }

    [TestMethod]
    public void ATermThatTheQueryRepeatsCountsAsOften() =>
        Assert.AreEqual(2 * Search(new(), s_documents, "b")["2"], Search(new(), s_documents, "b b")["2"], Close);

    [TestMethod]
    public void FieldsAddTheirWeightedFrequenciesBeforeTheySaturate()
    {
        (string, string[])[] documents = [("1", ["a", "a b b"]), ("2", ["b", "c"])];
        var options = new LexicalOptions { K1 = 2, FieldWeights = [3, .5], FieldB = [0, 1] };
        // Field 1 has a mean of 1 word and no b, field 2 has a mean of 2 and b = 1.
        var frequency = 3 + (.5 * 1 / (3 / 2d));
        Assert.AreEqual(Idf(2, 1) * frequency / (2 + frequency), Search(options, documents, "a")["1"], Close);
        Assert.IsFalse(Search(new() { FieldWeights = [1, 0] }, documents, "c").ContainsKey("2"));
    }

    [TestMethod]
    public void QueryLikelihoodIsTheLogarithmOfTheSmoothedModel()
    {
        var options = new LexicalOptions { Model = LexicalModel.QueryLikelihood, Mu = 10 };
        var found = Search(options, s_documents, "b d unknown");
        // b 2 and d 3 of 9 words; without ln p(t | collection), which all documents share.
        Assert.AreEqual(Likelihood(1, 2, 3) + Likelihood(0, 3, 3), found["1"], Close);
        Assert.AreEqual(Likelihood(0, 2, 4) + Likelihood(3, 3, 4), found["3"], Close);

        static double Likelihood(int frequency, int inAll, int length) =>
            Math.Log((frequency + (10 * inAll / 9d)) / (length + 10)) - Math.Log(inAll / 9d);
    }

    [TestMethod]
    [DataRow(LexicalModel.Bm25)]
    [DataRow(LexicalModel.QueryLikelihood)]
    public void FeedbackAddsTheWordsOfTheFirstDocuments(LexicalModel model)
    {
        (string Id, string[] Fields)[] documents = [("1", ["a a x x y"]), ("2", ["a x z z z z"]), ("3", ["x w"]), ("4", ["v w"])];
        var options = new LexicalOptions { Model = model, Feedback = new() { Documents = 2, Terms = 3, QueryWeight = .6 } };
        var index = Index(documents, 1);
        var query = new LexicalSearcher(index, options).Widened(WeightedQuery.Of(["a"]));
        var first = Search(new() { Model = model }, documents, "a");
        var chances = model == LexicalModel.Bm25 ? new[] { first["1"], first["2"] } : [Math.Exp(first["1"]), Math.Exp(first["2"])];
        var (one, two) = (chances[0] / chances.Sum(), chances[1] / chances.Sum());
        var (a, x, z) = ((one * 2 / 5) + (two / 6), (one * 2 / 5) + (two / 6), two * 4 / 6);
        var sum = a + x + z;
        Assert.AreEqual("a:{0:f6} x:{1:f6} z:{2:f6}".Replace("{0:f6}", $"{.6 + (.4 * a / sum):f6}").Replace("{1:f6}", $"{.4 * x / sum:f6}")
            .Replace("{2:f6}", $"{.4 * z / sum:f6}"),
            string.Join(' ', query.Terms.OrderBy(term => term.Term).Select(term => $"{term.Term}:{term.Weight:f6}")));
        Assert.IsTrue(Search(options, documents, "a").ContainsKey("3"), "found by x alone");
        Assert.IsEmpty(new LexicalSearcher(index, options).Search(["unknown"], 10));
    }

    [TestMethod]
    [DataRow(LexicalModel.Bm25)]
    [DataRow(LexicalModel.QueryLikelihood)]
    public void TheIndexFindsWhatEveryDocumentScoredAloneGives(LexicalModel model)
    {
        var (index, documents) = Random(1, 300, fields: 2);
        var options = new LexicalOptions { Model = model, FieldWeights = [2, 1], Feedback = new() };
        var searcher = new LexicalSearcher(index, options);
        var scorer = new LexicalScorer(options, index);
        string[] query = ["t1", "t20", "t20", "nowhere"];
        var widened = searcher.Widened(WeightedQuery.Of(query));
        var alone = documents.Where(
            document => document.Fields.Any(field => field.Intersect(widened.Terms.Select(term => term.Term)).Any()))
            .Select(document => new RankedDocument(document.Id, (float)Alone(document.Fields)))
                .OrderBy(document => document, TrecOrder.Instance).ToArray();
        foreach (var top in new[] { 1, 7, 1000 })
        {
            CollectionAssert.AreEqual(
                alone.Take(top).Select(document => document.ToString()).ToArray(), searcher.Search(query, top)
                    .Select(document => document.ToString()).ToArray());
        }

        double Alone(string[][] fields) => scorer.Score(
            widened,
            term => fields.Any(field => field.Contains(term)) ? [.. fields.Select(field => field.Count(other => other == term))] : null,
            [.. fields.Select(field => field.Length)]);
    }

    [TestMethod]
    [DataRow(30)]
    [DataRow(200)]
    public void ARemovedDocumentLeavesNoTrace(int removed)
    {
        var (index, documents) = Random(2, 300, fields: 2);
        foreach (var document in documents.Take(removed))
        {
            Assert.IsTrue(index.Remove(document.Id));
        }
        Assert.IsFalse(index.Remove(documents[0].Id));
        index.Add(documents[1].Id, documents[1].Fields);
        var other = new InvertedIndex(2);
        foreach (var document in documents.Skip(removed).Append(documents[1]))
        {
            other.Add(document.Id, document.Fields);
        }
        Assert.AreEqual(301 - removed, index.Documents);
        Assert.IsLessThanOrEqualTo(2 * index.Documents, index.Numbers);
        CollectionAssert.AreEqual(other.Ids.ToArray(), index.Ids.ToArray());
        foreach (var model in Enum.GetValues<LexicalModel>())
        {
            var options = new LexicalOptions { Model = model, Feedback = new() };
            CollectionAssert.AreEqual(Found(other), Found(index));

            string[] Found(InvertedIndex of) =>
                [.. new LexicalSearcher(of, options).Search(["t3", "t30"], 50).Select(document => document.ToString())];
        }
    }

    [TestMethod]
    public void EqualScoresStandByFallingIdAlsoWhereTheListEnds()
    {
        var found = new LexicalSearcher(Index([.. "bdac".Select(id => ($"{id}", new[] { "same" }))], 1), new()).Search(["same"], 2);
        CollectionAssert.AreEqual(new[] { "d", "c" }, found.Select(document => document.Id).ToArray());
    }

    [TestMethod]
    public void AnIdTwiceIsRefused() =>
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => Index([("1", ["a"]), ("1", ["b"])], 1)).Message, "'1' is in the index already");

    [TestMethod]
    public void OptionsOutOfRangeAreRefused()
    {
        var message = Assert.ThrowsExactly<ArgumentException>(() => OptionsValidation.Validate(new LexicalOptions
        {
            K1 = -1,
            B = 1.5,
            Mu = 0,
            Model = (LexicalModel)4,
            FieldWeights = [0, double.NaN],
            FieldB = [2],
            Feedback = new() { Documents = 0, Terms = 0, QueryWeight = 2 },
            Analyzer = new() { WordGrams = 0 },
        })).Message;
        foreach (var part in new[]
        {
            "K1 is -1", "B is 1.5", "Mu is 0", "Model is 4", "FieldWeights[1] is NaN", "FieldB[0] is 2", "Feedback.Documents is 0",
                "Feedback.Terms is 0", "Feedback.QueryWeight is 2",
            "Analyzer.WordGrams is 0",
        })
        {
            StringAssert.Contains(message, part);
        }
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => OptionsValidation.Validate(new LexicalOptions { FieldWeights = [0, 0] }))
                .Message, "are all 0");
    }

    internal static (InvertedIndex Index, (string Id, string[][] Fields)[] Documents) Random(int seed, int count, int fields)
    {
        var random = new Random(seed);
        var documents = Enumerable.Range(0, count).Select(i => ($"d{i}", Enumerable.Range(0, fields).Select(_ => Words()).ToArray()))
            .ToArray();
        var index = new InvertedIndex(fields);
        foreach (var (id, texts) in documents)
        {
            index.Add(id, texts);
        }
        return (index, documents);

        string[] Words() => [.. Enumerable.Range(0, random.Next(12)).Select(_ => $"t{(int)(40 * Math.Pow(random.NextDouble(), 2))}")];
    }

    private static double Idf(int all, int with) => Math.Log(1 + ((all - with + .5) / (with + .5)));

    private static Dictionary<string, double> Search(LexicalOptions options, (string Id, string[] Fields)[] documents, string query) =>
        new LexicalSearcher(Index(documents, documents[0].Fields.Length), options).Search(query.Split(' '), 100)
            .ToDictionary(found => found.Id, found => (double)found.Score);

    private static InvertedIndex Index((string Id, string[] Fields)[] documents, int fields)
    {
        var index = new InvertedIndex(fields);
        foreach (var (id, texts) in documents)
        {
            index.Add(id, Array.ConvertAll(texts, text => text.Split(' ')));
        }
        return index;
    }
}
