using Microsoft.ML.Extensions.Managed;

namespace Microsoft.ML.Extensions.Core.Tests.Managed;

[TestClass]
public sealed unsafe class ScratchTests
{
    private static readonly int[] Counts = [10, 4000, 9000, 20, 300_000];

    [TestMethod]
    public void WhatIsTaken_IsAligned_AndApart()
    {
        var scratch = new Scratch();
        var ends = new List<(nint Start, nint End)>();
        foreach (var count in new[] { 1, 16, 17, 5000, 3, 100_000, 1 })
        {
            var start = scratch.Take(count);
            Assert.AreEqual(0, (nint)start % 64);
            new Span<float>(start, count).Fill(1);
            ends.Add(((nint)start, (nint)(start + count)));
        }
        ends.Sort();
        Assert.IsTrue(ends.Zip(ends.Skip(1)).All(pair => pair.First.End <= pair.Second.Start));
    }

    [TestMethod]
    public void WhatIsGivenBack_IsTakenAgain_WithoutAllocation()
    {
        var scratch = new Scratch();
        TakeAll(scratch);
        var first = (nint)scratch.Take(1);
        using (scratch.Begin())
        {
            scratch.Take(100);
        }
        Assert.AreEqual(first + 64, (nint)scratch.Take(1));
        using var mark = scratch.Begin();
        TakeAll(scratch);
        _ = GC.GetAllocatedBytesForCurrentThread();
        var before = GC.GetAllocatedBytesForCurrentThread();
        TakeAll(scratch);
        Assert.AreEqual(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [TestMethod]
    public void MoreThanAnArrayHolds_IsRefused()
    {
        var e = Assert.ThrowsExactly<InvalidOperationException>(() => Take(new Scratch(), (nint)1 << 32));
        StringAssert.Contains(e.Message, "score shorter rows");

        static void Take(Scratch scratch, nint count) => scratch.Take(count);
    }

    [TestMethod]
    public void OtherMemory_IsOneOfEachType()
    {
        var scratch = new Scratch();
        Assert.AreSame(scratch.Of<List<int>>(), scratch.Of<List<int>>());
        Assert.AreNotSame(scratch.Of<List<int>>(), (object)scratch.Of<List<long>>());
    }

    private static void TakeAll(Scratch scratch)
    {
        using var mark = scratch.Begin();
        foreach (var count in Counts)
        {
            scratch.Take(count);
        }
    }
}
