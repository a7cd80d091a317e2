using Microsoft.ML.Extensions.Numerics;

namespace Microsoft.ML.Extensions.Core.Tests.Numerics.Sparsity;

[TestClass]
public sealed class MaskChoiceTests
{
    [TestMethod]
    public void Best_KeepsTheLargest_AndTheFirstOfEqualOnes()
    {
        Kept("01101", MaskChoice.Best([1, 3, 2, 0, 5], 3));
        Kept("11010", MaskChoice.Best([2, 2, 2, 9, 2], 3));
        Kept("000", MaskChoice.Best([2, 2, 2], 0));
        Kept("111", MaskChoice.Best([2, float.NegativeInfinity, 2], 3));
    }

    [TestMethod]
    public void Best_HasTheExactNumber_WhateverTheTies()
    {
        var random = new Random(3);
        for (var trial = 0; trial < 200; trial++)
        {
            var scores = Enumerable.Range(0, random.Next(1, 60)).Select(_ => (float)random.Next(4)).ToArray();
            var count = random.Next(scores.Length + 1);
            var kept = MaskChoice.Best(scores, count);
            Assert.AreEqual(count, kept.Count(live => live));
            var worst = scores.Where((_, i) => kept[i]).DefaultIfEmpty(9).Min();
            Assert.IsTrue(scores.Where((_, i) => !kept[i]).All(score => score <= worst));
        }
    }

    [TestMethod]
    public void BestOfAll_ComparesLayers_AndLeavesNoneEmpty()
    {
        var kept = MaskChoice.BestOfAll([[10, 9, 8], [1, 2], [7]], 4);
        Kept("110", kept[0]);
        Kept("01", kept[1]);
        Kept("1", kept[2]);
        Assert.AreEqual(3, MaskChoice.BestOfAll([[10, 9, 8], [1, 2], [7]], 1).Sum(layer => layer.Count(live => live)));
    }

    [TestMethod]
    public void BestOfGroups_KeepsNOfEveryM() =>
        Kept("11000101", MaskChoice.BestOfGroups([4, 3, 2, 1, 0, 5, 0, 6], 2, 4));

    [TestMethod]
    public void Rewire_DropsTheLeast_AndGrowsTheBest() =>
        Kept("10010", MaskChoice.Rewire([true, true, false, false, false], [5, 1, 0, 0, 0], [0, 0, 1, 3, 2], 1));

    [TestMethod]
    public void Dropped_ComeBackOnlyIfTheyWin()
    {
        Kept("1100", MaskChoice.Rewire([true, true, false, false], [5, 1, 0, 0], [0, 9, 1, 3], 1));
        Kept("1001", MaskChoice.Rewire([true, true, false, false], [5, 1, 0, 0], [9, 2, 1, 3], 1));
    }

    [TestMethod]
    public void Rewire_KeepsTheNumber_AlsoOfFullAndSmallLayers()
    {
        Kept("111", MaskChoice.Rewire([true, true, true], [1, 2, 3], [3, 2, 1], 2));
        Kept("01", MaskChoice.Rewire([false, true], [0, 0], [5, 5], 0));
        Kept("001", MaskChoice.Rewire([true, false, false], [1, 0, 0], [1, 2, 3], 5));
    }

    [TestMethod]
    public void RewireTogether_DropsOverAllLayers_AndGrowsTheSameInEach()
    {
        var kept = MaskChoice.RewireTogether(
            [[true, true, false, false, false], [true, true, true, false, false]], [[9, 8, 0, 0, 0], [3, 2, 1, 0, 0]],
            [[0, 0, 1, 2, 3], [0, 0, 0, 5, 4]], 0.4);
        Kept("11001", kept[0]);
        Kept("10010", kept[1]);
    }

    [TestMethod]
    public void RewireTogether_LeavesWhatAFullLayerCannotGrowToTheOthers()
    {
        var kept = MaskChoice.RewireTogether([[true, true], [true, true, true, false, false]], [[9, 8], [3, 2, 1, 0, 0]], [[0, 0], [0, 0, 0, 5, 4]], 0.4);
        Kept("11", kept[0]);
        Kept("10011", kept[1]);
    }

    private static void Kept(string wanted, bool[] kept) => Assert.AreEqual(wanted, string.Concat(kept.Select(live => live ? '1' : '0')));
}
