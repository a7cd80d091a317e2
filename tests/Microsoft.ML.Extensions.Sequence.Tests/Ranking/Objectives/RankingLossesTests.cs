using Microsoft.ML.Extensions.Tasks;
using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence.Tests.Ranking;

/// <summary>Each loss compared with its formula, written out for one list; masked documents have no effect.</summary>
[TestClass]
public sealed class RankingLossesTests
{
    private static readonly double[] s_scores = [0.3, -1.2, 2.0, 0.5];
    private static readonly double[] s_labels = [2, 0, 1, 0];
    private static readonly double[] s_teacher = [3, 0.5, 1, -1];

    [TestMethod]
    public void CrossEntropy_IsThatOfSigmoids() => AssertLoss(RankingObjective.CrossEntropy, s_scores.Zip(s_labels, (score, label) =>
    {
        var p = 1 / (1 + Math.Exp(-score));
        return -(Math.Min(1, label) * Math.Log(p)) - ((1 - Math.Min(1, label)) * Math.Log(1 - p));
    }).Average());

    [TestMethod]
    public void SquaredError_IsTheMean() =>
        AssertLoss(RankingObjective.SquaredError, s_scores.Zip(s_labels, (score, label) => (score - label) * (score - label)).Average());

    [TestMethod]
    public void Hinge_IsTheMeanOverPairs() =>
        AssertLoss(RankingObjective.PairwiseHinge, Pairs((j, k) => Math.Max(0, 0.7 - s_scores[j] + s_scores[k])).Average());

    [TestMethod]
    public void PairwiseCrossEntropy_IsTheMeanOverPairs() =>
        AssertLoss(RankingObjective.PairwiseCrossEntropy, Pairs((j, k) => Math.Log(1 + Math.Exp(s_scores[k] - s_scores[j]))).Average());

    [TestMethod]
    public void MarginSquaredError_ComparesDifferencesWithTheTeachers() => AssertLoss(
        RankingObjective.MarginSquaredError, Pairs((j, k) => Math.Pow(s_scores[j] - s_scores[k] - (s_teacher[j] - s_teacher[k]), 2))
            .Average());

    [TestMethod]
    public void ListNet_IsTheCrossEntropyOfTheFirstPlace()
    {
        var (targets, shares) = (Softmax(s_labels), Softmax(s_scores));
        AssertLoss(RankingObjective.ListNet, -targets.Zip(shares, (target, share) => target * Math.Log(share)).Sum());
    }

    [TestMethod]
    public void Softmax_DividesByTheTemperature()
    {
        var shares = Softmax([.. s_scores.Select(score => score / 0.5)]);
        AssertLoss(RankingObjective.Softmax, -((2 * Math.Log(shares[0])) + Math.Log(shares[2])) / 3);
    }

    // By label, and equal ones by score: documents 0, 2, 3, 1.
    [TestMethod]
    public void ListMle_IsMinusTheLogLikelihoodOfTheOrder()
    {
        int[] order = [0, 2, 3, 1];
        var loss = 0.0;
        for (var place = 0; place < order.Length; place++)
        {
            loss -= s_scores[order[place]] - Math.Log(order.Skip(place).Sum(document => Math.Exp(s_scores[document])));
        }
        AssertLoss(RankingObjective.ListMle, loss);
    }

    // Ranks by score: documents 2, 3, 0, 1.
    [TestMethod]
    public void LambdaLoss_IsNdcgLoss2PlusPlus()
    {
        int[] places = [3, 4, 1, 2];
        var ideal = (3 / Math.Log2(2)) + (1 / Math.Log2(3));
        double Gain(int document) => (Math.Pow(2, s_labels[document]) - 1) / ideal;
        double Discount(double place) => Math.Log2(1 + place);
        AssertLoss(RankingObjective.LambdaLoss, Pairs((j, k) =>
        {
            var apart = Math.Abs(places[j] - places[k]);
            var near = Math.Abs((1 / Discount(apart)) - (1 / Discount(apart + 1)));
            var ranks = Math.Abs((1 / Discount(places[j])) - (1 / Discount(places[k])));
            return ((10 * near) + ranks) * Math.Abs(Gain(j) - Gain(k)) * Math.Log2(1 + Math.Exp(s_scores[k] - s_scores[j]));
        }).Sum());
    }

    [TestMethod]
    [DynamicData(nameof(Objectives))]
    public void GradientsOfOneLabel_OfOneDocument_AndOfFarScores_AreFinite(RankingObjective objective)
    {
        using var scope = NewDisposeScope();
        foreach (var (scores, labels) in new (
            float[], float[])[] { ([1, 2], [1, 1]), ([1, 2], [0, 0]), ([3, 0], [1, float.NaN]), ([1e4f, -1e4f], [0, 1]) })
        {
            var outputs = tensor(scores, [1, 2]).requires_grad_();
            var width = objective == RankingObjective.MarginSquaredError ? 2 : 1;
            var loss = Head(objective).Loss(outputs, tensor(labels, [1, 2]).repeat_interleave(width, 1), 0);
            loss.sum().backward();
            Assert.IsTrue(float.IsFinite(loss.Item<float>()), $"{objective}: {loss.Item<float>()}");
            Assert.IsTrue(outputs.grad!.data<float>().ToArray().All(float.IsFinite), objective.ToString());
        }
    }

    [TestMethod]
    public void DocumentsOfOneLabel_SayNothingToPairs()
    {
        using var scope = NewDisposeScope();
        foreach (var objective in new[] { RankingObjective.PairwiseHinge, RankingObjective.PairwiseCrossEntropy,
            RankingObjective.LambdaLoss })
        {
            Assert.AreEqual(0f, Head(objective).Loss(tensor([1f, 2f], [1, 2]), tensor([1f, 1f], [1, 2]), 0).Item<float>(),
                objective.ToString());
        }
    }

    // 4 times the cross-entropy at temperature 2, with documents that are missing.
    [TestMethod]
    public void ATeachersScores_AreLearnedAsShares()
    {
        using var scope = NewDisposeScope();
        var (own, its) = (Softmax([.. s_scores.Select(score => score / 2)]), Softmax([.. s_teacher.Select(score => score / 2)]));
        var head = new RankingHead(new HeadDescription("Ranking", 1), new RankingGoal(RankingObjective.Softmax, 0.7, 0.5, IsTaught: true));
        Assert.IsTrue(head.LabelsHoldTeacher);
        var labels = tensor([.. Enumerable.Range(0, 4).SelectMany(i => new[] { (float)s_labels[i], (float)s_teacher[i] }),
            float.NaN, float.NaN, float.NaN, float.NaN], [1, 12]);
        var outputs = tensor([.. s_scores.Select(score => (float)score), 7, 8], [1, 6]);
        Assert.AreEqual(-4 * its.Zip(own, (target, share) => target * Math.Log(share)).Sum(), head.DistanceToLabelled(outputs, labels, 2).Item<float>(), 1e-5);
        // The loss of the labels stays as it is without a teacher.
        Assert.AreEqual(Head(RankingObjective.Softmax).Loss(outputs, labels.view(6, 2).narrow(1, 0, 1).reshape(1, 6), 0).Item<float>(),
            head.Loss(outputs, labels, 0).Item<float>(), 1e-6f);
    }

    private static IEnumerable<object[]> Objectives => Enum.GetValues<RankingObjective>().Select(objective => new object[] { objective });

    // Alone, and as the second of two queries with missing documents, in another order.
    private static void AssertLoss(RankingObjective objective, double expected)
    {
        using var scope = NewDisposeScope();
        var teaches = objective == RankingObjective.MarginSquaredError;
        float[] Labels(int document) => teaches ? [(float)s_labels[document], (float)s_teacher[document]] : [(float)s_labels[document]];
        var none = Enumerable.Repeat(float.NaN, teaches ? 4 : 2);
        int[] order = [3, 1, 0, 2];
        var outputs = tensor(
            [.. s_scores.Select(score => (float)score), 7, 8, .. order.Select(document => (float)s_scores[document]), 9, -9], [2, 6]);
        var labels = tensor([.. Enumerable.Range(0, 4).SelectMany(Labels), .. none, .. order.SelectMany(Labels), .. none],
            [2, teaches ? 12 : 6]);
        var losses = Head(objective).Loss(outputs, labels, 0).data<float>().ToArray();
        Assert.AreEqual(expected, losses[0], 1e-5, "in order");
        Assert.AreEqual(expected, losses[1], 1e-5, "in another order");
    }

    private static RankingHead Head(RankingObjective objective) =>
        new(new HeadDescription("Ranking", 1), new RankingGoal(objective, Margin: 0.7, Temperature: 0.5));

    private static IEnumerable<double> Pairs(Func<int, int, double> loss) =>
        from j in Enumerable.Range(0, 4)
        from k in Enumerable.Range(0, 4)
        where s_labels[j] > s_labels[k]
        select loss(j, k);

    private static double[] Softmax(double[] values)
    {
        var total = values.Sum(Math.Exp);
        return [.. values.Select(value => Math.Exp(value) / total)];
    }
}
