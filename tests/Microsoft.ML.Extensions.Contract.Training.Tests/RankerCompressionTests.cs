using System.Text.Json;
using Microsoft.ML.Extensions.Interpretability;
using Microsoft.ML.Extensions.Sequence;
using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Contract.Training.Tests;

/// <summary>Compression of the trainers that rank.</summary>
[TestClass]
public sealed class RankerCompressionTests
{
    private static IEnumerable<object[]> Architectures => Enum.GetValues<RankingArchitecture>().Select(value => new object[] { value });

    // Of two networks, so that there is something smaller of every architecture.
    [TestMethod, DynamicData(nameof(Architectures))]
    public void EveryArchitecture_GetsASmallerOneOfItsKind_ThatSavesAndLoads(RankingArchitecture architecture)
    {
        var (ml, data, more) = Texts();
        using var teacher = RankingToy.Fit(ml, data, options => (options.Architecture, options.EnsembleSize, options.LearnTermVectors) =
            (architecture, 2, RankingArchitectureFacts.Of(architecture).LearnsTermVectors));
        using var compressed = ml.Model.Compress(teacher, data, more, Small());
        var (student, report) = ((NetworkTransformer)compressed.Model, compressed.Report);
        Assert.AreEqual("NeuralRanking", student.Model.Kind);
        Assert.AreEqual($"{teacher.Options.GetProperty("Architecture")}", $"{student.Options.GetProperty("Architecture")}");
        Assert.AreEqual(student.Model.ParameterCount, report.Student.Parameters);
        Assert.IsLessThan(teacher.Model.ParameterCount, student.Model.ParameterCount);
        Assert.IsLessThan(report.Teacher.Operations, report.Student.Operations);
        Assert.AreEqual(Ndcg(ml, teacher, more), report.Teacher.Measure!.Accuracy, 1e-12);
        Assert.AreEqual(Ndcg(ml, student, more), report.Student.Measure!.Accuracy, 1e-12);
        Assert.AreEqual(12 * RankingToy.Documents, report.Student.Measure.Rows);
        var scores = RankingToy.Scores(ml, student, more);
        Assert.IsTrue(scores.All(float.IsFinite));
        using var loaded = (NetworkTransformer)ml.Model.Load(new MemoryStream(ModelFile.Save(ml, student, data.Schema)), out _);
        CollectionAssert.AreEqual(scores, RankingToy.Scores(ml, loaded, more));
    }

    [TestMethod]
    public void AStudent_HasItsTeachersTerms_AlsoOfFewerRows()
    {
        var (ml, data, more) = Texts();
        using var teacher = RankingToy.Fit(ml, data, options => options.Architecture = RankingArchitecture.LateInteraction);
        var few = RankingToy.Load(ml, RankingToy.Rows(30).Where(row => !row.Document.Contains("jetty") && !row.Query.Contains("jetty")));
        using var compressed = ml.Model.Compress(teacher, few, more, Small(options => options.Strategy = CompressionStrategy.UniformWidth));
        var student = (NetworkTransformer)compressed.Model;
        var (own, its) = (DetailsOf(teacher), DetailsOf(student));
        StringAssert.Contains($"{own.GetProperty("Terms")}", "jetti");
        Assert.AreEqual($"{own.GetProperty("Terms")}", $"{its.GetProperty("Terms")}");
        Assert.IsLessThan(own.GetProperty("VectorSize").GetInt32(), its.GetProperty("VectorSize").GetInt32());
        Assert.AreEqual(student.Options.GetProperty("EmbeddingSize").GetInt32(), its.GetProperty("VectorSize").GetInt32());
    }

    [TestMethod]
    [DataRow(2, true)]
    [DataRow(0, false)]
    public void ARankerOfNumbers_LosesLayersWidthAndNetworks(int layers, bool hasWidth)
    {
        var (ml, data, more) = Numbers();
        using var teacher = ml.Ranking.Trainers.NumericRanking(Tiny(options => (options.Layers, options.EnsembleSize) = (layers, 2))).Fit(data);
        using var compressed = ml.Model.Compress(
            teacher, data, more, Small(options => (options.Strategy, options.Candidates) = (CompressionStrategy.Random, 12)));
        var (student, report) = ((NetworkTransformer)compressed.Model, compressed.Report);
        Assert.AreEqual("NumericRanking", student.Model.Kind);
        Assert.AreEqual(student.Model.ParameterCount, report.Student.Parameters);
        Assert.IsLessThan(teacher.Model.ParameterCount, student.Model.ParameterCount);
        Assert.AreEqual(Ndcg(ml, student, more), report.Student.Measure!.Accuracy, 1e-12);
        string[] parts = hasWidth ? ["EnsembleSize 1", "HiddenSize 4", "without hidden.1"] : ["EnsembleSize 1"];
        foreach (var part in parts)
        {
            Assert.IsTrue(report.Candidates.Any(one => one.Design.Contains(part, StringComparison.Ordinal)), part);
        }
        Assert.AreEqual(hasWidth, report.Candidates.Any(one => one.Design.Contains("HiddenSize", StringComparison.Ordinal)));
    }

    [TestMethod]
    [DataRow(CompressionStart.Fresh)]
    [DataRow(CompressionStart.Inherited)]
    public void TheSameSeed_GivesTheSameRanker(CompressionStart start)
    {
        var (ml, data, more) = Texts();
        using var teacher = RankingToy.Fit(ml, data, options => (options.Architecture, options.EnsembleSize) = (RankingArchitecture.ArcI, 2));
        CollectionAssert.AreEqual(Scores(), Scores());

        float[] Scores()
        {
            using var compressed = ml.Model.Compress(teacher, data, more, Small(options => options.Start = start));
            return RankingToy.Scores(ml, compressed.Model, more);
        }
    }

    [TestMethod]
    public void ValidationRowsOfTheTrainingRows_AreWholeQueries()
    {
        var (ml, data, _) = Texts();
        using var teacher = RankingToy.Fit(ml, data, options => options.Architecture = RankingArchitecture.Dssm);
        using var compressed = ml.Model.Compress(teacher, data, options: Small());
        var rows = compressed.Report.Teacher.Measure!.Rows;
        Assert.AreEqual(0, rows % RankingToy.Documents);
        Assert.IsGreaterThan(0, rows);
        Assert.IsLessThan(30 * RankingToy.Documents, rows);
    }

    // Queries count, and not rows: epochs are chosen from how many examples there are.
    [TestMethod]
    public void TheEpochsOfTheWinner_AreThoseOfSoManyQueries()
    {
        var (ml, data, more) = Numbers();
        var trainings = new List<string>();
        ml.Log += (_, line) =>
        {
            if (line.Message.Contains("Training on", StringComparison.Ordinal))
            {
                trainings.Add(line.Message[line.Message.IndexOf("Training on", StringComparison.Ordinal)..]);
            }
        };
        using var teacher = ml.Ranking.Trainers.NumericRanking(Tiny(options => (options.Layers, options.Training.Epochs) = (1, 0))).Fit(data);
        using var compressed = ml.Model.Compress(teacher, data, more, Small(options => (options.Candidates, options.FinalEpochs) = (1, 0)));
        Assert.HasCount(3, trainings);
        Assert.AreEqual(trainings[0], trainings[^1]);
    }

    [TestMethod]
    public void ABaseInTheChain_IsRefused_AndItsScoresAsAColumnAreNot()
    {
        var (ml, data, more) = Numbers();
        using var model = ml.Ranking.Trainers.NumericRanking(ml.Transforms.CopyColumns("Score", "Label"), Tiny(_ => { })).Fit(data);
        StringAssert.Contains(Refused(() => ml.Model.Compress(model, data, more, Small())), "corrects the score of another ranker in the same chain (column 'BaseScore')");

        var before = model.Take(2).ToArray();
        IDataView With(IDataView rows) => before.Aggregate(rows, (view, part) => part.Transform(view));
        using var compressed = ml.Model.Compress(model.LastTransformer, With(data), With(more), Small());
        Assert.IsLessThan(model.LastTransformer.Model.ParameterCount, ((NetworkTransformer)compressed.Model).Model.ParameterCount);
    }

    [TestMethod]
    public void WhatCannotBeCompressed_IsRefusedByName()
    {
        var (ml, data, more) = Texts();
        using var kernels = RankingToy.Fit(ml, data);
        StringAssert.Contains(Refused(() => ml.Model.Compress(kernels, data, more)), "NeuralRanking model on column 'Document' has no part that could be left out or smaller");
        using var teacher = RankingToy.Fit(ml, data, options => options.Architecture = RankingArchitecture.Dssm);
        var without = ml.Transforms.DropColumns("Query", "GroupId").Fit(more).Transform(more);
        StringAssert.Contains(Refused(() => ml.Model.Compress(teacher, data, without)), "The validation data has no column 'GroupId', 'Query'; the model was trained with it");
        StringAssert.Contains(Refused(() => ml.Model.Compress(teacher, data, more, Small(options => options.MixRows = true))), "queries with their documents, which cannot be mixed");
        var equal = RankingToy.Load(ml, RankingToy.Rows(5).Select(
            row => new RankingToyRow { Query = row.Query, Document = row.Document, Group = row.Group, Label = 1 }));
        StringAssert.Contains(Assert.ThrowsExactly<InvalidOperationException>(() => ml.Model.Compress(teacher, data, equal)).Message,
            "None of the 5 queries of column 'GroupId' has documents of different labels");
        StringAssert.Contains(Assert.ThrowsExactly<InvalidOperationException>(() => ml.Model.Compress(teacher, data, more, Small(options =>
            options.MaxParameters = 1))).Message, "The nearest (HiddenSize");
    }

    // Other rows have other terms, so the weights of its terms would be those of others.
    [TestMethod]
    public void ARanker_IsNotTrainedAgain()
    {
        var (ml, data, _) = Texts();
        using var model = RankingToy.Fit(ml, data);
        StringAssert.Contains(Refused(() => ml.Model.Retrain(model, data)), "which its options and data are not enough to train again");
    }

    private static (MLContext Ml, IDataView Data, IDataView More) Texts()
    {
        var ml = new MLContext(1);
        return (ml, RankingToy.Load(ml, RankingToy.Rows(30)), RankingToy.Load(ml, RankingToy.Rows(12, seed: 2)));
    }

    private static (MLContext Ml, IDataView Data, IDataView More) Numbers()
    {
        var ml = new MLContext(1);
        return (ml, NumericToy.Load(ml, NumericToy.Rows(30)), NumericToy.Load(ml, NumericToy.Rows(12, seed: 2)));
    }

    private static NumericRankingOptions Tiny(Action<NumericRankingOptions> change)
    {
        var options = new NumericRankingOptions { EnsembleSize = 1, HiddenSize = 16 };
        (options.Training.Epochs, options.Training.BatchSize, options.Training.LearningRate, options.Training.Seed) = (3, 4, 0.02, 1);
        change(options);
        return options;
    }

    private static CompressionOptions Small(Action<CompressionOptions>? change = null)
    {
        var options = new CompressionOptions { Candidates = 4, CandidateEpochs = 2, FinalEpochs = 2 };
        change?.Invoke(options);
        return options;
    }

    private static JsonElement DetailsOf(NetworkTransformer ranker) => ranker.Head.Description.Details!.Value;

    private static double Ndcg(MLContext ml, ITransformer model, IDataView data) =>
        ml.Ranking.EvaluateRanking(model.Transform(data)).NdcgAt(10);

    private static string Refused(Action compress) => Assert.ThrowsExactly<ArgumentException>(compress).Message;
}
