using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Microsoft.ML.Extensions.Benchmarks;

/// <summary>
/// Many small fits, several at a time, while another thread collects garbage continuously: none fails, and each gives the scores of a fit
/// alone.
/// </summary>
/// <remarks>Scores are compared as bits, so reads of freed memory show even if nothing throws.</remarks>
internal static class ParallelFitBenchmark
{
    private const int Fits = 1200;
    private const int AtOnce = 4;

    public static string Run()
    {
        var trainers = SmallFit.All;
        var alone = trainers.Select(trainer => trainer.Scores()).ToArray();
        var outcomes = new ConcurrentBag<(int Trainer, string? Fault)>();
        var next = -1;
        var time = Stopwatch.StartNew();
        var collections = WhileCollecting(() =>
        {
            var threads = Enumerable.Range(0, AtOnce).Select(_ => new Thread(() =>
            {
                for (var fit = Interlocked.Increment(ref next); fit < Fits; fit = Interlocked.Increment(ref next))
                {
                    outcomes.Add((fit % trainers.Count, Fault(trainers[fit % trainers.Count], alone[fit % trainers.Count])));
                }
            })).ToArray();
            Array.ForEach(threads, thread => thread.Start());
            Array.ForEach(threads, thread => thread.Join());
        });
        var report = new StringBuilder();
        report.AppendLine(CultureInfo.InvariantCulture,
            $"{Fits} fits, {AtOnce} at once, beside {collections} whole collections in {time.Elapsed.TotalSeconds:F0} s.");
        report.AppendLine();
        report.AppendLine("| trainer | fits | failed | other scores than alone |");
        report.AppendLine("|---|---|---|---|");
        foreach (var (index, trainer) in trainers.Index())
        {
            var faults = outcomes.Where(outcome => outcome.Trainer == index).Select(outcome => outcome.Fault).ToArray();
            var others = faults.Count(fault => fault == OtherScores);
            report.AppendLine(CultureInfo.InvariantCulture,
                $"| {trainer.Name} | {faults.Length} | {faults.Count(fault => fault is not null) - others} | {others} |");
        }
        foreach (var fault in outcomes.Select(outcome => outcome.Fault).Where(fault => fault is not (null or OtherScores)).Distinct())
        {
            report.AppendLine().AppendLine(fault);
        }
        return report.ToString();
    }

    private const string OtherScores = "other scores";

    private static string? Fault(SmallFit trainer, float[] expected)
    {
        try
        {
            return trainer.Scores().AsSpan().SequenceEqual(expected) ? null : OtherScores;
        }
        catch (Exception e)
        {
            return $"{trainer.Name}: {e.GetType().Name}: {e.Message}";
        }
    }

    // Finalizers must run too, since they free the memory.
    private static int WhileCollecting(Action action)
    {
        var collections = 0;
        using var end = new CancellationTokenSource();
        var collector = new Thread(() =>
        {
            for (; !end.IsCancellationRequested; collections++)
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
            }
        });
        collector.Start();
        action();
        end.Cancel();
        collector.Join();
        return collections;
    }
}
