namespace Microsoft.ML.Extensions.Sequence.Tests.Lrcn;

[TestClass]
public sealed class FrameClipsTests
{
    [TestMethod]
    public void Covering_BeginsEveryStride_AndEndsWithTheRow()
    {
        Assert.AreEqual("0+16", Describe(FrameClips.Covering([16], 16, 8)));
        Assert.AreEqual("0+5", Describe(FrameClips.Covering([5], 16, 8)));
        Assert.AreEqual("0+16 1+16", Describe(FrameClips.Covering([17], 16, 8)));
        Assert.AreEqual("0+16 8+16", Describe(FrameClips.Covering([24], 16, 8)));
        Assert.AreEqual("0+16 8+16 9+16", Describe(FrameClips.Covering([25], 16, 8)));
        Assert.AreEqual("0+16 8+16 16+16 24+16", Describe(FrameClips.Covering([40], 16, 8)));
    }

    [TestMethod]
    public void Drawn_TakesEveryPlaceAndNoOther()
    {
        var starts = Enumerable.Range(0, 100).Select(i => FrameClips.Drawn([20, 3], 16, [i / 100f, i / 100f]).Clips);
        CollectionAssert.AreEqual(new[] { 0, 1, 2, 3, 4 }, starts.Select(clips => clips[0].Start).Distinct().ToArray());
        Assert.IsTrue(starts.All(clips => clips[0].Length == 16 && clips[1] == new FrameClip(1, 0, 3)));
        Assert.AreEqual(4, FrameClips.Drawn([20], 16, [0.99999994f]).Clips[0].Start);
    }

    [TestMethod]
    [DataRow(FrameFusion.Mean)]
    [DataRow(FrameFusion.Last)]
    public void Weights_OfEachRow_AreConvex(FrameFusion fusion)
    {
        var clips = FrameClips.Covering([1, 16, 30, 100], 16, 8);
        var weights = clips.Weights(fusion);
        Assert.IsTrue(weights.All(weight => weight >= 0));
        for (var row = 0; row < 4; row++)
        {
            var sum = clips.Rows.SelectMany((of, clip) => of == row ? weights.AsSpan(clip * clips.Length, clips.Length).ToArray() : [])
                .Sum();
            Assert.AreEqual(1, sum, 1e-5);
        }
    }

    [TestMethod]
    public void Weights_OfTwoClips_AreAsComputedByHand()
    {
        var clips = FrameClips.Covering([3, 2], 2, 1);
        CollectionAssert.AreEqual(new[] { 0.25f, 0.25f, 0.25f, 0.25f, 0.5f, 0.5f }, clips.Weights(FrameFusion.Mean));
        CollectionAssert.AreEqual(new[] { 0, 0.5f, 0, 0.5f, 0, 1 }, clips.Weights(FrameFusion.Last));
    }

    [TestMethod]
    public void Places_PointAtTheFramesOfAPaddedBatch()
    {
        var clips = FrameClips.Covering([3, 1], 2, 1);
        CollectionAssert.AreEqual(new long[] { 0, 1, 2, 3 }, clips.Frames(3));
        CollectionAssert.AreEqual(new long[] { 0, 1, 1, 2, 3, 4 }, clips.Places(3));
    }

    private static string Describe(FrameClips clips) => string.Join(' ', clips.Clips.Select(clip => $"{clip.Start}+{clip.Length}"));
}
