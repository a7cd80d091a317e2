using System.Diagnostics;

namespace Microsoft.ML.Extensions.Benchmarks;

/// <summary>Seconds of one run: the median, and half the distance between the quartiles as its spread.</summary>
internal readonly record struct Timing(double Median, double Spread)
{
    private const int WarmUps = 3;
    private const int LeastRuns = 10;
    private const int MostRuns = 50;
    private const double Budget = 2;

    /// <summary>An action slower than this is warm after one run and steady enough in three; ten of each would take an hour.</summary>
    private const double SlowSeconds = 0.7;
    private const int SlowRuns = 3;

    /// <summary>At least ten runs after three to warm up, more while two seconds last; fewer where one takes long.</summary>
    public static Timing Of(Action action)
    {
        var first = Seconds(action);
        var slow = first > SlowSeconds;
        for (var i = 1; i < WarmUps && !slow; i++)
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

    private static double Seconds(Action action)
    {
        var start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    public override string ToString() => $"{Median * 1e3:G3} ± {Spread * 1e3:G2}";
}
