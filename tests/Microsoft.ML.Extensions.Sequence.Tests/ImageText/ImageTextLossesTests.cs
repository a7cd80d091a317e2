using Microsoft.ML.Extensions.Tests;
using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence.Tests;

[TestClass]
public sealed class ImageTextLossesTests
{
    // Image i and sentence j. True pairs are on the diagonal; pairs 0 and 2 have the same image.
    private static readonly float[,] s_cosines = { { 0.5f, 0.4f, 0.9f, 0.1f }, { 0.7f, 0.6f, -0.2f, 0.3f }, { 0.9f, 0.2f, 0.8f, -0.5f }, { 0, 0.1f, 0.2f, 0.4f } };

    private static readonly bool[,] s_same = { { true, false, true, false }, { false, true, false, false }, { true, false, true, false }, { false, false, false, true } };

    [TestMethod]
    [DataRow(ReplacedPart.Sentence)]
    [DataRow(ReplacedPart.Image)]
    [DataRow(ReplacedPart.Both)]
    public void Hinge_SumsOverNegatives_WhichNeverHaveTheSameImage(ReplacedPart replace)
    {
        var expected = Expected(replace, (right, negatives) => negatives.Sum(score => Math.Max(0, 0.2 + score - right)));
        AreEqual(expected, Losses(new(ImageTextObjective.Hinge, 0.2, ImageTextNegatives.InBatch, 1, replace)));
    }

    [TestMethod]
    public void Hinge_OfTheHardest_IsOfTheHighestScoreAlone()
    {
        var expected = Expected(ReplacedPart.Both, (right, negatives) => Math.Max(0, 0.9 + negatives.Max() - right));
        AreEqual(expected, Losses(new(ImageTextObjective.Hinge, 0.9, ImageTextNegatives.Hardest, 1, ReplacedPart.Both)));
    }

    [TestMethod]
    public void SemiHard_IsTheHighestBelowTheTrueOne_OrElseTheLowest()
    {
        var expected = Expected(ReplacedPart.Both, (right, negatives) =>
        {
            var below = negatives.Where(score => score < right).ToArray();
            return Math.Max(0, 0.9 + (below.Length > 0 ? below.Max() : negatives.Min()) - right);
        });
        AreEqual(expected, Losses(new(ImageTextObjective.Hinge, 0.9, ImageTextNegatives.SemiHard, 1, ReplacedPart.Both)));
    }

    [TestMethod]
    public void InfoNce_IsTheMeanOfTheCrossEntropiesOfBothDirections()
    {
        var expected = Expected(ReplacedPart.Both, (right, negatives) =>
            Math.Log(Math.Exp(3 * right) + negatives.Sum(score => Math.Exp(3 * score))) - (3 * right));
        AreEqual([.. expected.Select(loss => loss / 2)], Losses(new(ImageTextObjective.InfoNce, 0.2, ImageTextNegatives.InBatch, 1, ReplacedPart.Both)));
    }

    [TestMethod]
    public void Sigmoid_JudgesEachPairByItself()
    {
        var expected = Expected(ReplacedPart.Image, (right, negatives) =>
            Math.Log(1 + Math.Exp(1 - (3 * right))) + negatives.Sum(score => Math.Log(1 + Math.Exp((3 * score) - 1))));
        AreEqual(expected, Losses(new(ImageTextObjective.Sigmoid, 0.2, ImageTextNegatives.InBatch, 1, ReplacedPart.Image)));
    }

    // One negative of several, drawn at random: the mean over draws is that of all.
    [TestMethod, Trained]
    public void Uniform_DrawsEveryNegativeEquallyOften()
    {
        using var scope = NewDisposeScope();
        var goal = new ImageTextGoal(ImageTextObjective.Hinge, 0.5, ImageTextNegatives.Uniform, 1, ReplacedPart.Sentence);
        using var generator = new Generator((ulong)TrainedSeed.From(1));
        var sums = new double[4];
        const int draws = 4000;
        for (var draw = 0; draw < draws; draw++)
        {
            var losses = Losses(goal, generator);
            for (var row = 0; row < 4; row++)
            {
                sums[row] += losses[row] / draws;
            }
        }
        var expected = Expected(ReplacedPart.Sentence, (right, negatives) => negatives.Average(score => Math.Max(0, 0.5 + score - right)));
        TrainedBound.Near(expected, sums, 0.03, "the mean over draws");
        var all = Losses(goal with { Count = 100 }, generator);
        AreEqual(Expected(ReplacedPart.Sentence, (right, negatives) => negatives.Sum(score => Math.Max(0, 0.5 + score - right))), all);
    }

    [TestMethod]
    public void APairWithoutNegatives_HasNoLoss_AndNoGradientThatIsNoNumber()
    {
        using var scope = NewDisposeScope();
        foreach (var objective in Enum.GetValues<ImageTextObjective>())
        {
            foreach (var negatives in Enum.GetValues<ImageTextNegatives>())
            {
                using var generator = new Generator(1);
                var cosines = tensor(new[,] { { 0.5f, 0.2f }, { 0.1f, 0.3f } }).requires_grad_();
                var goal = new ImageTextGoal(objective, 0.2, negatives, 1, ReplacedPart.Both);
                var loss = ImageTextLosses.Of(goal, cosines, ones(2, 2, ScalarType.Bool), tensor(3f), null, generator);
                loss.sum().backward();
                Assert.IsTrue(cosines.grad!.isfinite().all().Item<bool>(), $"{objective}, {negatives}");
                if (objective != ImageTextObjective.Sigmoid)
                {
                    Assert.AreEqual(0, loss.abs().max().Item<float>(), 1e-6f, $"{objective}, {negatives}");
                }
            }
        }
    }

    private static double[] Losses(ImageTextGoal goal, Generator? generator = null)
    {
        using var scope = NewDisposeScope();
        var offset = goal.Objective == ImageTextObjective.Sigmoid ? tensor(-1f) : null;
        return [.. ImageTextLosses.Of(goal, tensor(s_cosines), tensor(s_same), tensor(3f), offset, generator).data<float>().ToArray().Select(loss => (double)loss)];
    }

    private static double[] Expected(ReplacedPart replace, Func<double, double[], double> loss) => [.. Enumerable.Range(0, 4).Select(pair =>
        (replace == ReplacedPart.Image ? 0 : loss(s_cosines[pair, pair], Negatives(pair, other => s_cosines[pair, other])))
        + (replace == ReplacedPart.Sentence ? 0 : loss(s_cosines[pair, pair], Negatives(pair, other => s_cosines[other, pair]))))];

    private static double[] Negatives(int pair, Func<int, float> score) =>
        [.. Enumerable.Range(0, 4).Where(other => !s_same[pair, other]).Select(other => (double)score(other))];

    private static void AreEqual(double[] expected, double[] actual)
    {
        for (var row = 0; row < expected.Length; row++)
        {
            Assert.AreEqual(expected[row], actual[row], 1e-5, $"pair {row}");
        }
    }
}
