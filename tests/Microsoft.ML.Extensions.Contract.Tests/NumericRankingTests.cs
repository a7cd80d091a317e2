using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Sequence;
using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Contract.Tests;

/// <summary>What the suite asks of every trainer, of the one that ranks by numbers.</summary>
[TestClass]
public sealed class NumericRankingTests
{
    private static IEnumerable<object[]> Objectives => Enum.GetValues<RankingObjective>()
        .Where(objective => objective != RankingObjective.MarginSquaredError).Select(value => new object[] { value });

    [TestMethod]
    [DataRow(0)]
    [DataRow(2)]
    public void SavedAndLoaded_ScoresTheSame_InAnyOrder_AndOneByOne(int layers)
    {
        var ml = new MLContext(1);
        var rows = NumericToy.Rows(6);
        var data = NumericToy.Load(ml, rows);
        using var model = Fit(ml, data, options => options.Layers = layers);
        var scores = Scores(ml, model, data);
        Assert.IsTrue(scores.All(float.IsFinite));
        Assert.IsGreaterThan(1, scores.Distinct().Count());

        using var loaded = (NetworkTransformer)ml.Model.Load(new MemoryStream(ModelFile.Save(ml, model, data.Schema)), out _);
        CollectionAssert.AreEqual(scores, Scores(ml, loaded, data), "loaded");

        var turned = Scores(ml, model, NumericToy.Load(ml, rows.Reverse())).Reverse().ToArray();
        using var engine = ml.Model.CreatePredictionEngine<NumericToyRow,
            RankingToyScore>(model, new PredictionEngineOptions { OwnsTransformer = false });
        for (var row = 0; row < rows.Length; row++)
        {
            Assert.AreEqual(scores[row], turned[row], 1e-4f, $"row {row}, in another order");
            Assert.AreEqual(scores[row], engine.Predict(rows[row]).Score, 1e-4f, $"row {row} by itself");
        }
    }

    // The label is a product of two features, which a weighted sum cannot order.
    [TestMethod, Trained]
    [DynamicData(nameof(Objectives))]
    public void EveryObjective_LearnsWhatASumCannot(RankingObjective objective)
    {
        var ml = new MLContext(1);
        using var model = Fit(ml, NumericToy.Load(ml, NumericToy.Rows(60)), options =>
        {
            options.Objective = objective;
            (options.Training.Epochs, options.Training.LearningRate, options.Training.Seed) = (40, 0.02, TrainedSeed.From(1));
        });
        TrainedBound.Above(Ndcg(ml, model, NumericToy.Load(ml, NumericToy.Rows(30, seed: 2))), 0.85, "NDCG@3");
    }

    [TestMethod, Trained]
    public void Base_IsCorrected_WhereTheNetworkIsAheadOnHeldOutQueries()
    {
        var ml = new MLContext(1);
        var (train, test) = (NumericToy.Load(ml, NumericToy.Rows(80)), NumericToy.Load(ml, NumericToy.Rows(30, seed: 2)));
        var sum = Linear(ml);
        using var alone = (IDisposable)sum.Fit(train);
        using var model = ml.Ranking.Trainers.NumericRanking(sum, Tiny(options =>
            (options.Training.Epochs, options.Training.LearningRate, options.Training.Seed) = (40, 0.02, TrainedSeed.From(1)))).Fit(train);
        TrainedBound.Above(
            Ndcg(ml, model, test) - Ndcg(ml, (ITransformer)alone, test), 0.1, "NDCG@3 of the correction less that of the weighted sum");
    }

    [TestMethod]
    public void Base_SpeaksAlone_WhereThereIsNothingToCorrect()
    {
        var ml = new MLContext(1);
        var rows = NumericToy.Rows(40);
        var random = new Random(1);
        foreach (var row in rows)
        {
            row.Features = [random.NextSingle(), random.NextSingle(), random.NextSingle(), row.Label + (2 * random.NextSingle())];
        }
        var data = NumericToy.Load(ml, rows);
        var log = new List<string>();
        ml.Log += (_, e) => log.Add(e.Message);
        using var model = ml.Ranking.Trainers.NumericRanking(Linear(ml), Tiny()).Fit(data);
        var decision = log.Find(line => line.Contains("Training lowers", StringComparison.Ordinal)) ?? "";
        Assert.IsTrue(decision.EndsWith("left out.", StringComparison.Ordinal), decision);
        var scored = ml.Data.CreateEnumerable<BasedScore>(model.Transform(data), reuseRowObject: false).OrderBy(row => row.BaseScore).ToArray();
        CollectionAssert.AreEqual(scored, scored.OrderBy(row => row.Score).ToArray(), "the order is that of the base");
    }

    [TestMethod]
    public void Network_LearnsFromScoresOfRowsThatTheBaseDoesNotKnow()
    {
        var ml = new MLContext(1);
        var data = NumericToy.Load(ml, NumericToy.Rows(20));
        var remembering = new RememberingRanker(ml);
        using var model = ml.Ranking.Trainers.NumericRanking(remembering, Tiny()).Fit(data);
        CollectionAssert.AreEqual(new[] { 96, 96, 96, 96, 96, 120 }, remembering.Fits, "five times four fifths, and all");
        Assert.IsGreaterThan(0, remembering.ScoredUnknown);
        Assert.AreEqual(0, remembering.ScoredKnown, "rows that a base was trained on and scored for the network");
    }

    [TestMethod]
    public void CorrectedBase_IsSavedAndLoaded_AsAPipeline()
    {
        var ml = new MLContext(1);
        var data = NumericToy.Load(ml, NumericToy.Rows(20));
        var pipeline = ml.Ranking.Trainers.NumericRanking(Linear(ml), Tiny());
        using var model = pipeline.Fit(data);
        var scores = Scores(ml, model, data);
        using var loaded = (IDisposable)ml.Model.Load(new MemoryStream(ModelFile.Save(ml, model, data.Schema)), out _);
        CollectionAssert.AreEqual(scores, Scores(ml, (ITransformer)loaded, data));
        Assert.AreEqual(NumberDataViewType.Single, pipeline.GetOutputSchema(data.Schema.Shape()).Single(column => column.Name == "Score").ItemType);
    }

    [TestMethod]
    public void BasesThatCannotBe_AreRefused()
    {
        var ml = new MLContext(1);
        var data = NumericToy.Load(ml, NumericToy.Rows(4));
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => ml.Ranking.Trainers.NumericRanking(
            Linear(ml), Tiny(options => options.BaseScoreColumnName = "Other"))).Message, "BaseScoreColumnName is 'Other'");
        var scoreless = ml.Ranking.Trainers.NumericRanking(ml.Transforms.CopyColumns("Copy", "Features"), Tiny());
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => scoreless.Fit(data)).Message, "Base score column 'Score'");
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => scoreless.GetOutputSchema(data.Schema.Shape())).Message, "'Score'");
        var mapping = ml.Transforms.Conversion.MapValueToKey("GroupId", "Group").Append(Linear(ml));
        StringAssert.Contains(Assert.ThrowsExactly<InvalidOperationException>(
            () => ml.Ranking.Trainers.NumericRanking(mapping, Tiny()).Fit(data)).Message, "writes column 'GroupId'");
        StringAssert.Contains(Assert.ThrowsExactly<InvalidOperationException>(() => ml.Ranking.Trainers.NumericRanking(Linear(ml), Tiny())
            .Fit(NumericToy.Load(ml, NumericToy.Rows(1)))).Message, "1 queries");
    }

    [TestMethod]
    public void RowsOfAQuery_NeedNotStandTogether()
    {
        var ml = new MLContext(1);
        var rows = NumericToy.Rows(6);
        var mixed = Enumerable.Range(0, rows.Length).Select(i => rows[(i % 6 * NumericToy.Documents) + (i / 6)]);
        using var together = Fit(ml, NumericToy.Load(ml, rows));
        using var apart = Fit(ml, NumericToy.Load(ml, mixed));
        var data = NumericToy.Load(ml, rows);
        var (expected, scores) = (Scores(ml, together, data), Scores(ml, apart, data));
        for (var row = 0; row < expected.Length; row++)
        {
            Assert.AreEqual(expected[row], scores[row], 1e-3f, $"row {row}");
        }
    }

    [TestMethod]
    public void RowsThatCannotBe_AreNamed()
    {
        Refused<InvalidDataException>("row 7", rows => rows[7].Label = -1);
        Refused<InvalidDataException>("'Features', row 7: number 2", rows => rows[7].Features[2] = float.NaN);
        Refused<InvalidDataException>("'Features', row 7: number 2", rows => rows[7].Features[2] = float.PositiveInfinity);
        Refused<InvalidOperationException>("different labels", rows => Array.ForEach(rows, row => row.Label = 1));
        Refused<InvalidOperationException>("missing in all", rows => Array.ForEach(rows, row => row.Label = float.NaN));

        static void Refused<TException>(string word, Action<NumericToyRow[]> spoil)
            where TException : Exception
        {
            var ml = new MLContext(1);
            var rows = NumericToy.Rows(3);
            spoil(rows);
            var message = Assert.ThrowsExactly<TException>(() => Fit(ml, NumericToy.Load(ml, rows))).Message;
            StringAssert.Contains(message, word, message);
        }
    }

    [TestMethod]
    public void ExtremeFeatures_HaveFiniteScores()
    {
        var ml = new MLContext(1);
        var rows = NumericToy.Rows(6);
        (rows[3].Features[0], rows[9].Features[0]) = (float.MaxValue, -float.MaxValue);
        using var model = Fit(ml, NumericToy.Load(ml, rows));
        Assert.IsTrue(Scores(ml, model, NumericToy.Load(ml, rows)).All(float.IsFinite));
    }

    [TestMethod]
    public void OptionsThatContradict_AreRefused()
    {
        Refused("ExampleWeightColumnName", options => options.ExampleWeightColumnName = "Stage");
        Refused("GroupColumnName", options => options.GroupColumnName = null);
        Refused("BaseScoreColumnName", options => options.BaseScoreColumnName = "");
        Refused("MissingValues", options => options.MissingValues = MissingValues.ForwardFill);
        Refused("Objective", options => options.Objective = RankingObjective.MarginSquaredError);

        static void Refused(string name, Action<NumericRankingOptions> change)
        {
            var message = Assert.ThrowsExactly<ArgumentException>(() => new MLContext(1).Ranking.Trainers.NumericRanking(Tiny(change))).Message;
            StringAssert.Contains(message, name, message);
        }
    }

    [TestMethod]
    public void AModelThatNamesOtherColumns_IsRefusedOnLoading()
    {
        var ml = new MLContext(1);
        var data = NumericToy.Load(ml, NumericToy.Rows(6));
        using var model = Fit(ml, data);
        var changed = ModelFile.WithDescription(
            ModelFile.Save(ml, model, data.Schema), json => json["Model"]!["Options"]!["BaseScoreColumnName"] = "Stage");
        Assert.Contains("no base's score, and its options name Stage", Assert.Throws<Exception>(() => ModelFile.Load(ml, changed)).ToString());
    }

    [TestMethod]
    public void Cancelled_StopsBetweenTheFitsOfTheBase()
    {
        using var source = new CancellationTokenSource();
        var ml = new MLContext(1);
        var remembering = new RememberingRanker(ml) { Fitted = fits => { if (fits == 2) { source.Cancel(); } } };
        var trainer = ml.Ranking.Trainers.NumericRanking(remembering, Tiny(options => options.Training.CancellationToken = source.Token));
        Assert.ThrowsExactly<OperationCanceledException>(() => trainer.Fit(NumericToy.Load(ml, NumericToy.Rows(10))));
        Assert.HasCount(2, remembering.Fits);
    }

    private static NumericRankingOptions Tiny(Action<NumericRankingOptions>? change = null)
    {
        var options = new NumericRankingOptions { EnsembleSize = 1, HiddenSize = 16 };
        (options.Training.Epochs, options.Training.BatchSize, options.Training.LearningRate, options.Training.Seed) = (3, 4, 0.02, 1);
        change?.Invoke(options);
        return options;
    }

    private static NetworkTransformer Fit(MLContext ml, IDataView data, Action<NumericRankingOptions>? change = null) =>
        ml.Ranking.Trainers.NumericRanking(Tiny(change)).Fit(data);

    private static NumericRankingTrainer Linear(MLContext ml) => ml.Ranking.Trainers.NumericRanking(Tiny(options =>
        (options.Layers, options.Training.Epochs, options.Training.LearningRate) = (0, 20, 0.05)));

    private static float[] Scores(MLContext ml, ITransformer model, IDataView data) => RankingToy.Scores(ml, model, data);

    private static double Ndcg(MLContext ml, ITransformer model, IDataView data) =>
        ml.Ranking.EvaluateRanking(model.Transform(data), options: new() { Cutoffs = [3] }).NdcgAt(3);

    private sealed class BasedScore
    {
        public float BaseScore { get; set; }

        public float Score { get; set; }
    }

    // A ranker that knows the rows that it was trained on.
    private sealed class RememberingRanker(MLContext ml) : IEstimator<ITransformer>
    {
        public List<int> Fits { get; } = [];

        public Action<int>? Fitted { get; init; }

        public int ScoredKnown { get; private set; }

        public int ScoredUnknown { get; private set; }

        public ITransformer Fit(IDataView input)
        {
            var known = ml.Data.CreateEnumerable<NumericToyRow>(input, reuseRowObject: false).Select(row => row.Features[0]).ToHashSet();
            Fits.Add(known.Count);
            Fitted?.Invoke(Fits.Count);
            return Scorer(known).Fit(input);
        }

        public SchemaShape GetOutputSchema(SchemaShape inputSchema) => Scorer([]).GetOutputSchema(inputSchema);

        private IEstimator<ITransformer> Scorer(HashSet<float> known) => ml.Transforms.CustomMapping<NumericToyRow, RankingToyScore>(
            (row, score) =>
            {
                (ScoredKnown, ScoredUnknown) = known.Contains(row.Features[0]) ? (ScoredKnown + 1, ScoredUnknown) : (ScoredKnown, ScoredUnknown + 1);
                score.Score = row.Label;
            },
            null);
    }
}
