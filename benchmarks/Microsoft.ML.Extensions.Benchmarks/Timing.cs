using System.Diagnostics;

namespace Microsoft.ML.Extensions.Benchmarks;

/// <summary>Seconds of one run: the median, and half the distance between the quartiles as its spread.</summary>
internal readonly record struct Timing(double Median, double Spread)
{
    private const int WarmUps = 3;
    private const int LeastRuns = 10;
    private const int MostRuns = 30;
    private const double Budget = 0.5;

    /// <summary>Until then .NET replaces code that it compiled in a hurry, here and in whatever it is compared with.</summary>
    private const double WarmUpSeconds = 1;

    /// <summary>An action slower than this is warm after one run, and two more runs are steady enough; ten would take an hour.</summary>
    private const double SlowSeconds = 0.7;
    private const int SlowRuns = 2;

    /// <summary>The clock of processor time is coarse, so one reading spans enough runs to fill this time.</summary>
    private const double ProcessorSample = 0.05;

    /// <summary>At least ten runs after three warm-up runs and a second, more for half a second; fewer if one takes long.</summary>
    public static Timing Of(Action action)
    {
        var start = Stopwatch.GetTimestamp();
        var slow = Seconds(action) > SlowSeconds;
        for (var i = 1; (i < WarmUps || Stopwatch.GetElapsedTime(start).TotalSeconds < WarmUpSeconds) && !slow; i++)
        {
            action();
        }
        var (least, seconds) = (slow ? SlowRuns : LeastRuns, new List<double>());
        while (seconds.Count < least || (seconds.Count < MostRuns && seconds.Sum() < Budget))
        {
            seconds.Add(Seconds(action));
        }
        seconds.Sort();
        return new Timing(seconds[seconds.Count / 2], (seconds[seconds.Count * 3 / 4] - seconds[seconds.Count / 4]) / 2);
    }

    /// <summary>
    /// Measures the processor time of this process instead of elapsed time, which is more reliable on a shared machine. Bind the process
    /// to one core then, so that waiting threads do not count as work.
    /// </summary>
    public static bool OfProcessor { get; set; }

    /// <summary>One run, without a warm-up.</summary>
    public static double Seconds(Action action)
    {
        var (start, processor, runs) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime, 0);
        do
        {
            action();
            runs++;
        }
        while (OfProcessor && Stopwatch.GetElapsedTime(start).TotalSeconds < ProcessorSample);
        return (OfProcessor ? Environment.CpuUsage.TotalTime - processor : Stopwatch.GetElapsedTime(start)).TotalSeconds / runs;
    }

    /// <summary>The ratio of two times.</summary>
    public static double operator /(Timing left, Timing right) => left.Median / right.Median;

    public override string ToString() => $"{Median * 1e3:G3} ± {Spread * 1e3:G2}";
}
