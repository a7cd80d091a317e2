namespace Microsoft.ML.Extensions.Sequence.Tests;

[TestClass]
public sealed class RankingEvaluationTests
{
    private const double Close = 1e-12;

    private readonly MLContext _ml = new(1);

    // a, c and e are relevant, and f, which is not in the ranking.
    private static RankingRun Run => Of(("q", "a", 5), ("q", "b", 4), ("q", "c", 3), ("q", "d", 2), ("q", "e", 1));

    private static RelevanceJudgements Judgements => Judged(("q", "a", 2), ("q", "c", 1), ("q", "d", 0), ("q", "e", 3), ("q", "f", 1));

    [TestMethod]
    public void EveryRelevantDocumentCountsAlsoOneThatIsNotInTheRanking()
    {
        var result = _ml.Ranking.EvaluateRanking(Run, Judgements);
        Assert.AreEqual((1 + (2 / 3d) + (3 / 5d)) / 4, result.MeanAveragePrecision, Close);
        Assert.AreEqual(1, result.MeanReciprocalRank);
        Assert.AreEqual(2 / 3d, result.PrecisionAt(3), Close);
        Assert.AreEqual(.3, result.PrecisionAt(10), Close);
        Assert.AreEqual(.5, result.RecallAt(3), Close);
        Assert.AreEqual(.75, result.RecallAt(100), Close);
        Assert.AreEqual((5, 4), (result.Queries[0].Retrieved, result.Queries[0].Relevant));
        Assert.AreEqual(1, result.UnjudgedDocuments);
    }

    [TestMethod]
    public void GainIsTheGradeOrExponential()
    {
        Assert.AreEqual(
            (2 + .5) / (3 + (2 / Math.Log2(3)) + .5), _ml.Ranking.EvaluateRanking(Run, Judgements).NdcgAt(3), Close);
        Assert.AreEqual(
            (3 + .5) / (7 + (3 / Math.Log2(3)) + .5), _ml.Ranking.EvaluateRanking(Run, Judgements, new() { Gain = RankingGain.Exponential })
                .NdcgAt(3), Close);
    }

    [TestMethod]
    public void TheReaderOfErrStopsByGrades()
    {
        Assert.AreEqual((3 / 8d) + (5 / 8d * (1 / 8d) / 3), _ml.Ranking.EvaluateRanking(Run, Judgements).ErrAt(3), Close);
        Assert.AreEqual((3 / 16d)
            + (13 / 16d * (1 / 16d) / 3), _ml.Ranking.EvaluateRanking(Run, Judgements, new() { HighestGrade = 4 }).ErrAt(3), Close);
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => _ml.Ranking.EvaluateRanking(Run, Judgements, new() { HighestGrade = 2 }))
                .Message, "grade 3, above HighestGrade, 2");
    }

    [TestMethod]
    public void RelevantIsWhatHasTheLeastGrade()
    {
        var result = _ml.Ranking.EvaluateRanking(Run, Judgements, new() { LeastRelevant = 2 });
        Assert.AreEqual((1 + (2 / 5d)) / 2, result.MeanAveragePrecision, Close);
        Assert.AreEqual(1 / 3d, result.PrecisionAt(3), Close);
        Assert.AreEqual(_ml.Ranking.EvaluateRanking(Run, Judgements).NdcgAt(3), result.NdcgAt(3));
    }

    [TestMethod]
    public void BeyondTheDepthNothingCountsAndKStaysTheDivisor()
    {
        var result = _ml.Ranking.EvaluateRanking(Run, Judgements, new() { Depth = 2, Cutoffs = [2, 5] });
        Assert.AreEqual(1 / 4d, result.MeanAveragePrecision, Close);
        Assert.AreEqual(1 / 5d, result.PrecisionAt(5), Close);
        Assert.AreEqual(1 / 4d, result.RecallAt(5), Close);
        Assert.AreEqual(0, _ml.Ranking.EvaluateRanking(Of(("q", "b", 2), ("q", "a", 1)), Judgements, new() { Depth = 1 })
            .MeanReciprocalRank);
    }

    [TestMethod]
    public void ANegativeGradeIsNotRelevantAndHasNoGain()
    {
        var result = _ml.Ranking.EvaluateRanking(Of(("q", "a", 2), ("q", "b", 1)), Judged(("q", "a", -2), ("q", "b", 1)));
        Assert.AreEqual(.5, result.MeanAveragePrecision);
        Assert.AreEqual(1 / Math.Log2(3), result.NdcgAt(10), Close);
        Assert.AreEqual(.25, result.ErrAt(10), Close);
    }

    [TestMethod]
    public void EqualScoresStandByFallingIdInTheOrderOfBytes()
    {
        // In UTF-8 the code point beyond the first plane stands after U+FF5E, in UTF-16 before it.
        var run = Of(("q", "d10", 1), ("q", "d9", 1), ("q", "\U0001F600", 1), ("q", "\uFF5E", 1), ("q", "d1", 2));
        CollectionAssert.AreEqual(
            new[] { "d1", "\U0001F600", "\uFF5E", "d9", "d10" }, run.Ranking("q").Select(document => document.Id).ToArray());
        Assert.AreEqual(1 / 5d, _ml.Ranking.EvaluateRanking(run, Judged(("q", "d10", 1))).MeanAveragePrecision, Close);
    }

    [TestMethod]
    public void ScoresAreEqualInSinglePrecision() =>
        Assert.AreEqual("b", Of(("q", "a", (float)1.00000001), ("q", "b", 1)).Ranking("q")[0].Id);

    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(3)]
    public void ExpectedValuesAreMeansOverAllOrdersOfEqualScores(int seed)
    {
        var random = new Random(seed);
        var grades = Enumerable.Range(0, 7).Select(_ => (double)random.Next(-1, 4)).ToArray();
        var scores = grades.Select(_ => (float)random.Next(3)).ToArray();
        var judged = Judged([.. grades.Select((grade, i) => ("q", $"d{i}", grade)), ("q", "not found", 1)]);
        foreach (var depth in new[] { 0, 3 })
        {
            var options = new RankingEvaluationOptions
            {
                Ties = RankingTies.Expected,
                Cutoffs = [1, 2, 4, 10],
                Depth = depth,
                Gain = RankingGain.Exponential
            };
            var expected = _ml.Ranking.EvaluateRanking(Of([.. scores.Select((score, i) => ("q", $"d{i}", score))]), judged, options);
            options.Ties = RankingTies.DocumentId;
            var orders = Orders([.. Enumerable.Range(0, 7)])
                .Select(order => order.OrderByDescending(i => scores[i]).ToArray())
                .Select(order => _ml.Ranking.EvaluateRanking(
                    Of([.. order.Select((i, place) => ("q", $"d{i}", (float)-place))]), judged, options)).ToArray();
            foreach (var (metric, cutoff) in Enum.GetValues<RankingMetric>()
                .SelectMany(metric => options.Cutoffs.Select(cutoff => (metric, cutoff))))
            {
                Assert.AreEqual(orders.Average(order => order.Mean(metric, cutoff)), expected.Mean(metric, cutoff), 1e-10,
                    $"{metric}@{cutoff}, depth {depth}");
            }
        }
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void EqualScoresForAllGiveChanceHoweverTheRowsAreSorted(bool best)
    {
        var rows = Enumerable.Range(0, 40).Select(i => new Row { Label = i < 10 ? 1 : 0, GroupId = "q" });
        var result = _ml.Ranking.EvaluateRanking(View(best ? rows : rows.Reverse()));
        Assert.AreEqual(.25, result.PrecisionAt(1), Close);
        Assert.AreEqual(.25, result.NdcgAt(5), Close);
        Assert.AreEqual(.5, result.RecallAt(20), Close);
    }

    [TestMethod]
    public void TheOrderOfRowsChangesNoBit()
    {
        var random = new Random(1);
        var rows = Enumerable.Range(0, 200).Select(
            i => new Row { Label = random.Next(4) / 3f, Score = random.Next(5), GroupId = $"q{i % 3}", DocumentId = $"{i}" }).ToArray();
        var first = _ml.Ranking.EvaluateRanking(View(rows));
        random.Shuffle(rows);
        var second = _ml.Ranking.EvaluateRanking(View(rows));
        foreach (var query in first.Queries)
        {
            foreach (var metric in Enum.GetValues<RankingMetric>())
            {
                Assert.AreEqual(query.Value(metric), second.Queries.Single(other => other.Query == query.Query).Value(metric), query.Query);
            }
        }
    }

    [TestMethod]
    public void RowsGiveWhatTheirRunAndJudgementsGive()
    {
        var random = new Random(2);
        var rows = Enumerable.Range(0, 60)
            .Select(i => new Row { Label = random.Next(3), Score = random.Next(8), GroupId = $"q{i % 4}", DocumentId = $"{i}" }).ToArray();
        var options = new RankingEvaluationOptions { Ties = RankingTies.DocumentId };
        var ofRows = _ml.Ranking.EvaluateRanking(View(rows), documentColumnName: "DocumentId", options: options);
        var ofRun = _ml.Ranking.EvaluateRanking(
            _ml.Ranking.CreateRun(View(rows)), Judged([.. rows.Select(row => (row.GroupId, row.DocumentId, (double)row.Label))]));
        Assert.AreEqual(4, ofRows.Queries.Count);
        foreach (var metric in Enum.GetValues<RankingMetric>())
        {
            Assert.AreEqual(ofRun.Mean(metric), ofRows.Mean(metric), Close);
        }
        Assert.AreNotEqual(ofRows.MeanAveragePrecision,
            _ml.Ranking.EvaluateRanking(View(rows), documentColumnName: "DocumentId").MeanAveragePrecision);
    }

    [TestMethod]
    public void QueriesWithoutRankingAndWithoutRelevantDocumentsAreCountedAndSaid()
    {
        var run = Of(("q", "a", 1), ("none", "a", 1), ("stranger", "a", 1));
        var judgements = Judged(("q", "a", 1), ("none", "a", 0), ("missing", "a", 1));
        var result = _ml.Ranking.EvaluateRanking(run, judgements);
        Assert.AreEqual((3, 1, 1, 1), (result.Queries.Count, result.MissingQueries, result.UnjudgedQueries, result.QueriesWithoutRelevant));
        Assert.AreEqual(1 / 3d, result.MeanAveragePrecision, Close);
        Assert.AreEqual(1 / 2d, _ml.Ranking.EvaluateRanking(run, judgements, new() { CountMissingQueries = false }).MeanAveragePrecision,
            Close);
        Assert.AreEqual(1 / 2d,
            _ml.Ranking.EvaluateRanking(run, judgements, new() { CountQueriesWithoutRelevant = false }).MeanAveragePrecision, Close);
    }

    [TestMethod]
    public void JudgementsOfWhatTheCollectionLacksAreCounted() =>
        Assert.AreEqual((1, 3), Judged(("q", "a", 1), ("q", "b", 1), ("r", "a", 1), ("r", "c", 0)).CountUnknown(["q", "s"], ["a"]));

    [TestMethod]
    public void NothingToEvaluateIsAnError()
    {
        StringAssert.Contains(Refused(() => _ml.Ranking.EvaluateRanking(
            Of(("q", "a", 1)), Judged(("1", "a", 1)), new() { CountMissingQueries = false })), "same query ids");
        StringAssert.Contains(
            Refused(() => _ml.Ranking.EvaluateRanking(
                Of(("q", "a", 1)), Judged(("q", "a", 0)), new() { CountQueriesWithoutRelevant = false })), "None of the 1 queries");
        StringAssert.Contains(Refused(() => _ml.Ranking.EvaluateRanking(View([]))), "There is no query");
    }

    [TestMethod]
    public void OptionsOutOfRangeAreRefused()
    {
        var message = Refused(() => _ml.Ranking.EvaluateRanking(
            Run, Judgements, new() { Cutoffs = [1, 1, 0], Depth = -1, LeastRelevant = 0, Gain = (RankingGain)5 }));
        foreach (var part in new[] { "Cutoffs has 0", "has a number twice", "Depth is -1", "LeastRelevant is 0", "Gain is 5" })
        {
            StringAssert.Contains(message, part);
        }
        StringAssert.Contains(Refused(() => _ml.Ranking.EvaluateRanking(View([]), options: new() { Ties = RankingTies.DocumentId })),
            "documentColumnName is null");
        StringAssert.Contains(
            Refused(() => _ml.Ranking.EvaluateRanking(Run, Judged(("q", "a", 1001)), new() { Gain = RankingGain.Exponential })),
                "grade 1001");
        Assert.AreEqual(1, _ml.Ranking.EvaluateRanking(Run, Judged(("q", "a", 1e6))).ErrAt(1), Close);
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ml.Ranking.EvaluateRanking(Run, Judgements).NdcgAt(7))
                .Message, "1, 3, 5, 10, 20, 100");
    }

    [TestMethod]
    public void BadRowsAreRefusedWithColumnAndRow()
    {
        StringAssert.Contains(BadRow(new() { Score = float.NaN }), "Column 'Score', row 1: the score is NaN");
        StringAssert.Contains(BadRow(new() { Label = float.NaN }), "Column 'Label', row 1: the grade is missing");
        StringAssert.Contains(BadRow(new() { Label = float.PositiveInfinity }), "Column 'Label', row 1: the grade is Infinity");
        StringAssert.Contains(BadRow(new() { GroupId = "" }), "Column 'GroupId', row 1: there is no id");
        StringAssert.Contains(
            Refused(() => _ml.Ranking.EvaluateRanking(
                View([new() { DocumentId = "x" }, new() { DocumentId = "x" }]), documentColumnName: "DocumentId")), "'x' is twice");
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ml.Ranking.EvaluateRanking(View([new()]), labelColumnName: "GroupId"));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ml.Ranking.EvaluateRanking(View([new()]), scoreColumnName: "GroupId"));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ml.Ranking.EvaluateRanking(View([new()]), rowGroupColumnName: "Score"));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ml.Ranking.EvaluateRanking(View([new()]), documentColumnName: "Nowhere"));
    }

    [TestMethod]
    public void KeysCountByTheirValuesNotByTheOrderInWhichTheyWereSeen()
    {
        // Seen first are 2 and then 0, so that MapValueToKey calls them 1 and 2.
        Row[] rows = [new() { Label = 2, Score = 2, DocumentId = "a" }, new() { Label = 0, Score = 1, DocumentId = "b" }];
        var keyed = _ml.Transforms.Conversion.MapValueToKey("Label").Append(_ml.Transforms.Conversion.MapValueToKey("GroupId"))
            .Fit(View(rows)).Transform(View(rows));
        var result = _ml.Ranking.EvaluateRanking(keyed, documentColumnName: "DocumentId");
        Assert.AreEqual(1, result.NdcgAt(1));
        Assert.AreEqual("q", result.Queries[0].Query);
        var texts = _ml.Transforms.Conversion.MapValueToKey("Label", "DocumentId").Fit(View(rows)).Transform(View(rows));
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ml.Ranking.EvaluateRanking(texts)).Message,
            "a key of texts such as 'a'");
    }

    [TestMethod]
    public void WholeNumbersAndBooleansServeAsIdsAndGrades()
    {
        var view = _ml.Data.LoadFromEnumerable(new[] { new NumberRow { Label = true, Score = 1, GroupId = 7, DocumentId = 3 },
            new NumberRow { Score = 2, GroupId = 7, DocumentId = 4 } });
        var result = _ml.Ranking.EvaluateRanking(view, documentColumnName: "DocumentId");
        Assert.AreEqual(("7", .5), (result.Queries[0].Query, result.MeanReciprocalRank));
    }

    private string BadRow(Row row) =>
        Assert.ThrowsExactly<InvalidDataException>(() => _ml.Ranking.EvaluateRanking(View([new(), row]))).Message;

    private static string Refused(Action act) => Assert.ThrowsExactly<ArgumentException>(act).Message;

    private IDataView View(IEnumerable<Row> rows) => _ml.Data.LoadFromEnumerable(rows);

    private static IEnumerable<int[]> Orders(int[] items) => items.Length == 0 ? [[]]
        : items.SelectMany(item => Orders([.. items.Where(other => other != item)]).Select(rest => (int[])[item, .. rest]));

    private static RankingRun Of(params (string Query, string Document, float Score)[] rows)
    {
        var run = new RankingRun();
        foreach (var (query, document, score) in rows)
        {
            run.Add(query, document, score);
        }
        return run;
    }

    private static RelevanceJudgements Judged(params (string Query, string Document, double Grade)[] rows)
    {
        var judgements = new RelevanceJudgements();
        foreach (var (query, document, grade) in rows)
        {
            judgements.Add(query, document, grade);
        }
        return judgements;
    }

    private sealed class Row
    {
        public float Label { get; set; }

        public float Score { get; set; }

        public string GroupId { get; set; } = "q";

        public string DocumentId { get; set; } = "d";
    }

    private sealed class NumberRow
    {
        public bool Label { get; set; }

        public float Score { get; set; }

        public long GroupId { get; set; }

        public byte DocumentId { get; set; }
    }
}
