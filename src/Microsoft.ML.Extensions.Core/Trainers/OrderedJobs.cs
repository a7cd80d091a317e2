using System.Runtime.ExceptionServices;

namespace Microsoft.ML.Extensions;

/// <summary>Runs numbered jobs on one or several threads; their results are taken in order, so the outcome does not depend on the number of threads.</summary>
internal static class OrderedJobs
{
    /// <param name="count">The number of jobs.</param>
    /// <param name="threads">How many run at once; the calling thread is one of them, and does the first job.</param>
    /// <param name="job">Does a job, and throws <see cref="OperationCanceledException"/> soon after the given function says that it is not wanted any more.</param>
    /// <param name="take">
    /// Takes a result; called once at a time, in order of the jobs. False makes it the last: no later job is started or taken.
    /// </param>
    /// <param name="discard">Gets the results that are not taken.</param>
    /// <exception cref="Exception">The exception of the first job, by number, that threw one.</exception>
    public static void Run<T>(int count, int threads, Func<int, Func<bool>, T> job, Func<T, bool> take, Action<T> discard)
    {
        var (gate, done) = (new object(), new SortedDictionary<int, T>());
        var (started, taken, end) = (0, 0, count);
        (int Job, ExceptionDispatchInfo Error)? failed = null;
        var helpers = Enumerable.Range(1, Math.Max(0, Math.Min(threads, count) - 1)).Select(_ => new Thread(() => Work(Next())) { IsBackground = true }).ToArray();
        try
        {
            var first = Next();
            Array.ForEach(helpers, helper => helper.Start());
            Work(first);
        }
        finally
        {
            Array.ForEach(helpers, helper => helper.Join());
            foreach (var left in done.Values)
            {
                discard(left);
            }
        }
        failed?.Error.Throw();

        void Work(int? next)
        {
            for (; next is { } own; next = Next())
            {
                try
                {
                    var result = job(own, () => own < Volatile.Read(ref end));
                    lock (gate)
                    {
                        done[own] = result;
                        Take();
                    }
                }
                catch (Exception e)
                {
                    lock (gate)
                    {
                        Fail(own, e);
                    }
                }
            }
        }

        int? Next()
        {
            lock (gate)
            {
                return started < end ? started++ : null;
            }
        }

        void Take()
        {
            while (taken < end && done.Remove(taken, out var result))
            {
                taken++;
                if (!take(result))
                {
                    Volatile.Write(ref end, taken);
                }
            }
        }

        // Jobs before it go on, since one of them may throw too; one that ended because it is not wanted has nothing to say.
        void Fail(int own, Exception error)
        {
            if (own < end)
            {
                failed = (own, ExceptionDispatchInfo.Capture(error));
                Volatile.Write(ref end, own);
            }
        }
    }
}
