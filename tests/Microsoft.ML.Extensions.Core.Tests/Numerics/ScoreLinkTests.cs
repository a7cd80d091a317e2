using Microsoft.ML.Extensions.Numerics;

namespace Microsoft.ML.Extensions.Core.Tests.Numerics;

[TestClass]
public sealed class ScoreLinkTests
{
    [TestMethod]
    [DataRow(0.0)]
    [DataRow(0.01)]
    [DataRow(0.3)]
    [DataRow(1.0)]
    public void Logits_AscendAndAreFinite(double width)
    {
        double[] scores = [-1e6, -30, -1, -0.2, 0, 0.01, 0.3, 0.99, 1, 1.5, 40, 1e6];
        new ScoreLink(2, width).Apply(scores, scores.Length);
        for (var i = 0; i < scores.Length; i++)
        {
            Assert.IsTrue(double.IsFinite(scores[i]), $"score {i}");
            Assert.IsTrue(i == 0 || scores[i] > scores[i - 1], $"score {i}");
        }
    }

    [TestMethod]
    [DataRow(0.0)]
    [DataRow(0.03)]
    [DataRow(1.0)]
    public void OneScore_IsTheLogitOfTheDifferenceOfTwo(double width)
    {
        double[] one = [0.4], two = [0.3, 0.7];
        var link = new ScoreLink(3, width);
        link.Apply(one, 1);
        link.Apply(two, 2);
        Assert.AreEqual(two[1] - two[0], one[0], 1e-12);
    }

    [TestMethod]
    public void NarrowLink_TakesScoresForProbabilities()
    {
        double[] scores = [0.2, 0.8];
        new ScoreLink(1, 0.001).Apply(scores, 2);
        Assert.AreEqual(Math.Log(0.8 / 0.2), scores[1] - scores[0], 1e-9);
    }
}
