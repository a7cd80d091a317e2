using Microsoft.ML.Extensions.Sequence;
using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Contract.Training.Tests;

/// <summary>Distillation of the trainers that rank: a trained ranker scores the rows that another learns from.</summary>
[TestClass]
public sealed class DistilledRankingTests
{
    // The teacher numbers its terms as its own rows have them, and labels say the opposite of what it learned.
    [TestMethod, Trained]
    public void AStudent_FollowsItsTeacher_AgainstLabels()
    {
        var ml = new MLContext(1);
        using var teacher = RankingToy.Fit(ml, RankingToy.Load(ml, RankingToy.Rows(40, seed: 5)), Learning);
        var reversed = RankingToy.Rows(40);
        foreach (var row in reversed)
        {
            row.Label = 2 - row.Label;
        }
        var (data, test) = (RankingToy.Load(ml, reversed), RankingToy.Load(ml, RankingToy.Rows(20, seed: 2)));
        using var taught = RankingToy.Fit(ml, data, options =>
        {
            Learning(options);
            options.Training.Distillation = new DistillationOptions { Teacher = teacher, Weight = 100 };
        });
        using var alone = RankingToy.Fit(ml, data, Learning);
        TrainedBound.Above(Ndcg(taught), 0.9, "NDCG@10 of the teacher's student");
        TrainedBound.Above(Ndcg(taught) - Ndcg(alone), 0.2, "the same less that of the labels");

        double Ndcg(ITransformer model) => ml.Ranking.EvaluateRanking(model.Transform(test)).NdcgAt(10);

        void Learning(NeuralRankingOptions options) =>
            (options.Training.Epochs, options.Training.LearningRate, options.Training.Seed) = (30, 0.05, TrainedSeed.From(1));
    }

    [TestMethod]
    public void TeachersThatCannotTeachRankers_AreRefused()
    {
        var ml = new MLContext(1);
        var data = RankingToy.Load(ml, RankingToy.Rows(6));
        var (numbers, stage) = (NumericToy.Load(ml, NumericToy.Rows(6)), RankingToy.Fit(ml, data, options => options.NumberColumnNames = ["Stage"]));
        using (stage)
        {
            StringAssert.Contains(Message(new() { Teacher = stage, MixRows = true }), "queries with their documents cannot be mixed");
            StringAssert.Contains(Message(new() { Teacher = stage }, options => options.Negatives.Source = RankingNegatives.Random),
                "reads numbers, which the documents that Negatives adds do not have");
        }
        StringAssert.Contains(Message(new() { Teacher = stage }), "Training.Distillation.Teacher cannot be used");
        var classes = TrainerCases.Named("ParaRnn, multiclass");
        using var classifier = classes.Fit(ml, classes.Load(ml, 20));
        StringAssert.Contains(Message(new() { Teacher = classifier }), "and this is Ranking of 1 outputs");
        using var other = ml.Ranking.Trainers.NumericRanking(new NumericRankingOptions { EnsembleSize = 1, Training = new() { Epochs = 1 } }).Fit(numbers);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => RankingToy.Fit(ml, data, options => options.Training.Distillation = new() { Teacher = other }));

        string Message(DistillationOptions distillation, Action<NeuralRankingOptions>? change = null) =>
            Assert.ThrowsExactly<InvalidOperationException>(() => RankingToy.Fit(ml, data, options =>
            {
                options.Training.Distillation = distillation;
                change?.Invoke(options);
            })).Message;
    }
}
