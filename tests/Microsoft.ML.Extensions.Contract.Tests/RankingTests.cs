using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Sequence;
using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Contract.Tests;

/// <summary>What the suite asks of every trainer, of one whose rows are texts and whose examples are queries.</summary>
[TestClass]
public sealed class RankingTests
{
    private static IEnumerable<object[]> Architectures => Enum.GetValues<RankingArchitecture>().Select(value => new object[] { value });

    private static IEnumerable<object[]> Objectives => Enum.GetValues<RankingObjective>().Select(value => new object[] { value });

    [TestMethod]
    [DynamicData(nameof(Architectures))]
    public void SavedAndLoaded_ScoresTheSame_InAnyOrder_AndOneByOne(RankingArchitecture architecture)
    {
        var ml = new MLContext(1);
        RankingToyRow[] rows = [.. RankingToy.Rows(6), new() { Query = "amber", Document = "", Group = "q0" },
            new() { Query = "", Document = "unheard unheard", Group = "q1" }];
        var data = RankingToy.Load(ml, rows[..36]);
        using var model = RankingToy.Fit(ml, data, options => options.Architecture = architecture);
        var scores = RankingToy.Scores(ml, model, RankingToy.Load(ml, rows));
        Assert.IsTrue(scores.All(float.IsFinite));

        var loaded = ml.Model.Load(new MemoryStream(ModelFile.Save(ml, model, data.Schema)), out _);
        CollectionAssert.AreEqual(scores, RankingToy.Scores(ml, loaded, RankingToy.Load(ml, rows)), "loaded");

        var turned = RankingToy.Scores(ml, model, RankingToy.Load(ml, rows.Reverse())).Reverse().ToArray();
        using var engine = ml.Model.CreatePredictionEngine<RankingToyRow,
            RankingToyScore>(model, new PredictionEngineOptions { OwnsTransformer = false });
        for (var row = 0; row < rows.Length; row++)
        {
            Assert.AreEqual(scores[row], turned[row], 1e-4f, $"row {row}, in another order");
            Assert.AreEqual(scores[row], engine.Predict(rows[row]).Score, 1e-4f, $"row {row} by itself");
        }
    }

    // What the network was made for is in the head of the file, what is read in its options.
    [TestMethod]
    public void ColumnsOfNumbersThatTheOptionsDoNotName_AreRefusedOnLoading()
    {
        var ml = new MLContext(1);
        var data = RankingToy.Load(ml, RankingToy.Rows(6));
        using var model = RankingToy.Fit(ml, data, options => options.NumberColumnNames = ["Stage"]);
        var changed = ModelFile.WithDescription(
            ModelFile.Save(ml, model, data.Schema), json => json["Model"]!["Options"]!.AsObject().Remove("NumberColumnNames"));
        Assert.Contains("1 columns of numbers, and its options name 0", Assert.Throws<Exception>(() => ModelFile.Load(ml, changed)).ToString());
    }

    [TestMethod, Trained]
    [DynamicData(nameof(Objectives))]
    public void EveryObjective_LearnsWhichWordsMatch(RankingObjective objective)
    {
        var ml = new MLContext(1);
        using var model = RankingToy.Fit(ml, RankingToy.Load(ml, RankingToy.Rows(40)), options =>
        {
            (options.Objective, options.TeacherColumnName) = (objective, objective == RankingObjective.MarginSquaredError ? "Stage" : null);
            (options.Training.Epochs, options.Training.LearningRate, options.Training.Seed) = (30, 0.05, TrainedSeed.From(1));
        });
        var test = model.Transform(RankingToy.Load(ml, RankingToy.Rows(20, seed: 2)));
        TrainedBound.Above(ml.Ranking.Evaluate(test).NormalizedDiscountedCumulativeGains[2], 0.9, "NDCG@3");
    }

    [TestMethod, Trained]
    [DataRow(RankingNegatives.Random)]
    [DataRow(RankingNegatives.Bm25)]
    [DataRow(RankingNegatives.Mined)]
    public void RelevantDocumentsAlone_TeachWithThoseOfOtherQueries(RankingNegatives source)
    {
        var ml = new MLContext(1);
        var relevant = RankingToy.Load(ml, RankingToy.Rows(40).Where(row => row.Label == 2));
        StringAssert.Contains(
            Assert.ThrowsExactly<InvalidOperationException>(() => RankingToy.Fit(ml, relevant)).Message, "Add documents that are not relevant");
        using var model = RankingToy.Fit(ml, relevant, options =>
        {
            options.Negatives.Source = source;
            (options.Training.Epochs, options.Training.LearningRate, options.Training.Seed) = (30, 0.05, TrainedSeed.From(1));
        });
        var test = model.Transform(RankingToy.Load(ml, RankingToy.Rows(20, seed: 2)));
        TrainedBound.Above(ml.Ranking.Evaluate(test).NormalizedDiscountedCumulativeGains[2], 0.85, "NDCG@3");
    }

    [TestMethod]
    [DataRow("FirstRank is 5 and LastRank is 4", RankingNegatives.Bm25, 5, 4, false)]
    [DataRow("are for Source Bm25 and Mined, and it is Random", RankingNegatives.Random, 2, 100, false)]
    [DataRow("Negatives.Source is Random, and documents of other queries have no NumberColumnNames", RankingNegatives.Random, 1, 100, true)]
    public void NegativesThatCannotBe_AreRefused(string fragment, RankingNegatives source, int first, int last, bool hasNumbers)
    {
        var options = RankingToy.Tiny(options => options.NumberColumnNames = hasNumbers ? ["Stage"] : []);
        (options.Negatives.Source, options.Negatives.FirstRank, options.Negatives.LastRank) = (source, first, last);
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => new MLContext(1).Ranking.Trainers.NeuralRanking(options)).Message, fragment);
    }

    [TestMethod]
    public void TheShortOverload_IsTheOptionsOverloadWithDefaults()
    {
        var rows = RankingToy.Rows(4);
        var (one, other) = (new MLContext(3), new MLContext(3));
        using var first = one.Ranking.Trainers.NeuralRanking(epochs: 1).Fit(RankingToy.Load(one, rows));
        var options = new NeuralRankingOptions();
        options.Training.Epochs = 1;
        using var second = other.Ranking.Trainers.NeuralRanking(options).Fit(RankingToy.Load(other, rows));
        CollectionAssert.AreEqual(
            RankingToy.Scores(one, first, RankingToy.Load(one, rows)), RankingToy.Scores(other, second, RankingToy.Load(other, rows)));
    }

    // Rows of a query that stand together or not are the same queries, in the order of their first rows.
    [TestMethod]
    public void RowsOfAQuery_NeedNotStandTogether()
    {
        var ml = new MLContext(1);
        var rows = RankingToy.Rows(6);
        var mixed = Enumerable.Range(0, rows.Length).Select(i => rows[(i % 6 * RankingToy.Documents) + (i / 6)]);
        using var together = RankingToy.Fit(ml, RankingToy.Load(ml, rows));
        using var apart = RankingToy.Fit(ml, RankingToy.Load(ml, mixed));
        var (expected, scores) = (
            RankingToy.Scores(ml, together, RankingToy.Load(ml, rows)), RankingToy.Scores(ml, apart, RankingToy.Load(ml, rows)));
        for (var row = 0; row < expected.Length; row++)
        {
            Assert.AreEqual(expected[row], scores[row], 1e-3f, $"row {row}");
        }
    }

    [TestMethod]
    public void AKeyLabel_CountsFromItsFirstValue()
    {
        var ml = new MLContext(1);
        var numbers = RankingToy.Load(ml, RankingToy.Rows(6));
        var keys = ml.Transforms.Conversion.MapValueToKey(
            "Label", keyOrdinality: Transforms.ValueToKeyMappingEstimator.KeyOrdinality.ByValue).Fit(numbers).Transform(numbers);
        using var one = RankingToy.Fit(ml, numbers);
        using var other = RankingToy.Fit(ml, keys);
        CollectionAssert.AreEqual(RankingToy.Scores(ml, one, numbers), RankingToy.Scores(ml, other, keys));
    }

    [TestMethod]
    public void TheRankingOfNumbers_IsLeftOnlyForWhatIsAheadOnQueriesHeldOut()
    {
        var ml = new MLContext(1);
        var rows = RankingToy.Rows(30);
        foreach (var row in rows)
        {
            row.Stage = row.Label;
        }
        var data = RankingToy.Load(ml, rows);
        using var model = RankingToy.Fit(ml, data, options =>
            (options.NumberColumnNames, options.Objective, options.Training.Epochs) = (["Stage"], RankingObjective.LambdaLoss, 1));
        Assert.AreEqual(1, ml.Ranking.Evaluate(model.Transform(data)).NormalizedDiscountedCumulativeGains[2], 1e-9,
            "the numbers order all");
        var shares = model.Model.ParameterShapes.Keys;
        Assert.Contains("share", shares);
    }

    [TestMethod]
    public void Cancelled_BeforeAnEpoch_Stops()
    {
        using var source = new CancellationTokenSource();
        var ml = new MLContext(1);
        Assert.ThrowsExactly<OperationCanceledException>(() => RankingToy.Fit(ml, RankingToy.Load(ml, RankingToy.Rows(6)), options =>
        {
            (options.Training.CancellationToken, options.Training.Epochs) = (source.Token, 1000);
            options.Training.Progress = new Cancelling(source);
        }));
        Assert.ThrowsExactly<OperationCanceledException>(() => RankingToy.Fit(
            ml, RankingToy.Load(ml, RankingToy.Rows(6)), options =>
                options.Training.CancellationToken = new CancellationToken(canceled: true)));
    }

    [TestMethod]
    public void ARunThatGoesOnFromItsCheckpoint_GivesTheSameModel()
    {
        var ml = new MLContext(1);
        var data = RankingToy.Load(ml, RankingToy.Rows(6));
        using var whole = RankingToy.Fit(ml, data);
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            using var source = new CancellationTokenSource();
            Assert.ThrowsExactly<OperationCanceledException>(() => RankingToy.Fit(ml, data, options =>
            {
                (options.Training.CheckpointDirectory, options.Training.CancellationToken) = (folder.FullName, source.Token);
                options.Training.Progress = new Cancelling(source);
            }));
            Assert.HasCount(1, folder.GetFiles());
            using var resumed = RankingToy.Fit(ml, data, options => options.Training.CheckpointDirectory = folder.FullName);
            CollectionAssert.AreEqual(RankingToy.Scores(ml, whole, data), RankingToy.Scores(ml, resumed, data));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [TestMethod]
    public void Promises_AreKept_AndWrongColumnsAreRefusedBeforeThereIsData()
    {
        var ml = new MLContext(1);
        var data = RankingToy.Load(ml, RankingToy.Rows(3));
        using var model = RankingToy.Fit(ml, data);
        var trainer = ml.Ranking.Trainers.NeuralRanking(RankingToy.Tiny());
        var shape = data.Schema.Shape();
        Assert.AreEqual(NumberDataViewType.Single, trainer.GetOutputSchema(shape).Single(column => column.Name == "Score").ItemType);
        Assert.AreEqual(NumberDataViewType.Single, model.GetOutputSchema(data.Schema)["Score"].Type);
        Refused("key", options => options.GroupColumnName = "Group");
        Refused("text", options => options.QueryColumnName = "Stage");
        Refused("text", options => options.FeatureColumnName = "Label");
        Refused("Single", options => options.NumberColumnNames = ["Query"]);
        Refused("nowhere", options => options.FeatureColumnName = "nowhere");

        void Refused(string word, Action<NeuralRankingOptions> change)
        {
            var refusing = ml.Ranking.Trainers.NeuralRanking(RankingToy.Tiny(change));
            StringAssert.Contains(
                Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => refusing.GetOutputSchema(shape)).Message, word, word);
            StringAssert.Contains(Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => refusing.Fit(data)).Message, word, word);
        }
    }

    [TestMethod]
    public void ATextGroup_IsRefusedWithTheAdviceToUseAKey()
    {
        var ml = new MLContext(1);
        var e = Assert.ThrowsExactly<ArgumentOutOfRangeException>(
            () => RankingToy.Fit(ml, RankingToy.Load(ml, RankingToy.Rows(3)), options => options.GroupColumnName = "Group"));
        StringAssert.Contains(e.Message, "MapValueToKey", e.Message);
    }

    [TestMethod]
    public void RowsThatCannotBe_AreNamed()
    {
        Refused<InvalidDataException>("row 7", rows => rows[7].Query = "another");
        Refused<InvalidDataException>("row 7", rows => rows[7].Label = -1);
        Refused<InvalidDataException>(
            "'Stage', row 7", rows => rows[7].Stage = float.NaN, options => options.NumberColumnNames = ["Stage"]);
        Refused<InvalidDataException>("'Stage', row 7", rows => rows[7].Stage = float.NaN, options =>
            (options.Objective, options.TeacherColumnName) = (RankingObjective.MarginSquaredError, "Stage"));
        Refused<InvalidOperationException>("different labels", rows => Array.ForEach(rows, row => row.Label = 1));
        Refused<InvalidOperationException>("missing in all", rows => Array.ForEach(rows, row => row.Label = float.NaN));

        static void Refused<TException>(string word, Action<RankingToyRow[]> spoil, Action<NeuralRankingOptions>? change = null)
            where TException : Exception
        {
            var ml = new MLContext(1);
            var rows = RankingToy.Rows(3);
            spoil(rows);
            var message = Assert.ThrowsExactly<TException>(() => RankingToy.Fit(ml, RankingToy.Load(ml, rows), change)).Message;
            StringAssert.Contains(message, word, message);
        }
    }

    [TestMethod]
    public void OptionsThatContradict_AreRefused()
    {
        Refused("ExampleWeightColumnName", options => options.ExampleWeightColumnName = "Stage");
        Refused("GroupColumnName", options => options.GroupColumnName = null);
        Refused("MissingValues", options => options.MissingValues = MissingValues.ForwardFill);
        Refused("TeacherColumnName", options => options.TeacherColumnName = "Stage");
        Refused("TeacherColumnName", options => options.Objective = RankingObjective.MarginSquaredError);
        Refused("NumberColumnNames", options => options.NumberColumnNames = [""]);

        static void Refused(string name, Action<NeuralRankingOptions> change)
        {
            var message = Assert.ThrowsExactly<ArgumentException>(
                () => new MLContext(1).Ranking.Trainers.NeuralRanking(RankingToy.Tiny(change))).Message;
            StringAssert.Contains(message, name, message);
        }
    }

    [TestMethod]
    public void GroupsThatTellNothing_AreLeftOut_AndPointwiseLearnsOfThem()
    {
        var ml = new MLContext(1);
        var rows = RankingToy.Rows(3);
        RankingToyRow[] more = [.. rows, new() { Query = "lone", Document = "lone document", Label = 1, Group = "lone" }];
        using var without = RankingToy.Fit(ml, RankingToy.Load(ml, more));
        using var pointwise = RankingToy.Fit(ml, RankingToy.Load(ml, more), options => options.Objective = RankingObjective.CrossEntropy);
        Assert.IsTrue(RankingToy.Scores(ml, without, RankingToy.Load(ml, more)).All(float.IsFinite));
        Assert.IsTrue(RankingToy.Scores(ml, pointwise, RankingToy.Load(ml, more)).All(float.IsFinite));
    }

    private sealed class Cancelling(CancellationTokenSource source) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => source.Cancel();
    }
}
