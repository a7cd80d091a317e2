namespace Microsoft.ML.Extensions.Core.Tests.Training;

[TestClass]
public sealed class OrderedJobsTests
{
    private static readonly TimeSpan s_long = TimeSpan.FromMinutes(1);

    [TestMethod]
    [DataRow(1)]
    [DataRow(3)]
    public void Results_AreTakenInOrder(int threads)
    {
        var taken = new List<int>();
        OrderedJobs.Run(20, threads, (job, _) => job, result =>
        {
            taken.Add(result);
            return true;
        }, _ => Assert.Fail());
        CollectionAssert.AreEqual(Enumerable.Range(0, 20).ToArray(), taken);
    }

    [TestMethod]
    public void Jobs_RunAtOnce()
    {
        using var both = new Barrier(2);
        var met = 0;
        OrderedJobs.Run(2, 2, (job, _) => both.SignalAndWait(s_long) ? Interlocked.Increment(ref met) : 0, _ => true, _ => { });
        Assert.AreEqual(2, met);
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(4)]
    public void RefusedResult_EndsTheJobs(int threads)
    {
        var (taken, discarded) = (new List<int>(), 0);
        OrderedJobs.Run(
            100, threads,
            (job, isWanted) =>
            {
                while (job > 2 && isWanted())
                {
                    Thread.Sleep(1);
                }
                return job;
            },
            result =>
            {
                taken.Add(result);
                return result < 2;
            },
            _ => discarded++);
        CollectionAssert.AreEqual(new[] { 0, 1, 2 }, taken);
        Assert.IsTrue(discarded < threads, $"{discarded} results of jobs that had started are discarded");
    }

    [TestMethod]
    public void FirstExceptionByNumber_IsThrown_AfterThoseBefore()
    {
        using var failed = new ManualResetEventSlim();
        using var all = new Barrier(3);
        var discarded = new List<int>();
        var error = Assert.ThrowsExactly<InvalidOperationException>(() => OrderedJobs.Run(
            3, 3,
            (job, isWanted) =>
            {
                Assert.IsTrue(all.SignalAndWait(s_long));
                if (job == 1)
                {
                    failed.Set();
                    throw new InvalidOperationException("second");
                }
                Assert.IsTrue(failed.Wait(s_long));
                while (job == 2 && isWanted())
                {
                    Thread.Sleep(1);
                }
                return job == 0 ? throw new InvalidOperationException("first") : job;
            },
            _ => true, discarded.Add));
        Assert.AreEqual("first", error.Message);
        CollectionAssert.AreEqual(new[] { 2 }, discarded);
    }
}
