using System.Diagnostics;
using System.Globalization;

namespace Microsoft.ML.Extensions.Training;

/// <summary>A line on the terminal that shows how far a fit is: <c>ParaRnn [====>    ] 12/150  loss 0.213  validation 0.301 (91.3 %)  0:42 left</c>.</summary>
/// <remarks>
/// It goes to the error stream, so that what a program writes to its output stays its own, and only where that is a terminal that somebody looks at.
/// The line is overwritten while the fit runs, and stays when it ends.
/// </remarks>
/// <param name="output">The terminal.</param>
/// <param name="name">The text before the bar.</param>
/// <param name="width">The columns of the terminal.</param>
/// <param name="elapsed">The time since the fit began.</param>
internal sealed class TerminalBar(TextWriter output, string name, Func<int> width, Func<TimeSpan> elapsed) : IFitWatcher
{
    private const int BarWidth = 24;

    // Where a terminal does not tell.
    private const int UsualWidth = 80;

    // More often than this nobody can read it, and writing takes time.
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(100);

    private TrainingProgress? _last;
    private TimeSpan? _drawn;
    private int _length;

    /// <summary>The bar of a fit; null where the options or the surroundings do not want one.</summary>
    public static TerminalBar? For(TrainingOptions options, string name)
    {
        if (!IsWanted(options, Console.IsErrorRedirected, Environment.GetEnvironmentVariable))
        {
            return null;
        }
        var start = Stopwatch.GetTimestamp();
        return new TerminalBar(Console.Error, name, Columns, () => Stopwatch.GetElapsedTime(start));
    }

    /// <summary>Whether somebody looks at a terminal, and nothing else shows the progress.</summary>
    /// <param name="options">The options.</param>
    /// <param name="isRedirected">Whether the error stream goes to a file or a pipe.</param>
    /// <param name="variable">Reads a variable of the environment.</param>
    public static bool IsWanted(TrainingOptions options, bool isRedirected, Func<string, string?> variable) =>
        options.ShowProgress && options.Progress is null && !isRedirected
        && variable("TERM") != "dumb" && string.IsNullOrEmpty(variable("CI")) && string.IsNullOrEmpty(variable("TF_BUILD"));

    public void Epoch(TrainingProgress progress)
    {
        _last = progress;
        Draw(progress.Epoch, progress.Epochs, isLast: progress.Epoch == progress.Epochs);
    }

    public void Batch(double epochs, int all) => Draw(epochs, all, isLast: false);

    public void Dispose()
    {
        if (_last is { } last)
        {
            Draw(last.Epoch, last.Epochs, isLast: true);
        }
        if (_length > 0)
        {
            output.WriteLine();
        }
    }

    private void Draw(double epochs, int all, bool isLast)
    {
        var now = elapsed();
        if (!isLast && now - _drawn < s_pause)
        {
            return;
        }
        _drawn = now;
        var line = Line(epochs, all);
        // The last column stays free, since a terminal goes to the next line after it.
        line = line[..Math.Min(line.Length, Math.Max(1, width() - 1))];
        output.Write('\r' + line.PadRight(_length));
        output.Flush();
        _length = line.Length;
    }

    private string Line(double epochs, int all)
    {
        var filled = all == 0 ? BarWidth : (int)(BarWidth * epochs / all);
        var bar = (new string('=', filled) + (filled < BarWidth ? ">" : "")).PadRight(BarWidth);
        var line = string.Create(CultureInfo.InvariantCulture, $"{name} [{bar}] {(int)epochs}/{all}");
        if (_last is not { } last)
        {
            return line;
        }
        line += string.Create(CultureInfo.InvariantCulture, $"  loss {last.TrainLoss:g4}");
        if (last.ValidationLoss is { } validation)
        {
            line += string.Create(CultureInfo.InvariantCulture, $"  validation {validation:g4}");
        }
        if (last.ValidationAccuracy is { } accuracy)
        {
            line += string.Create(CultureInfo.InvariantCulture, $" ({accuracy * 100:f1} %)");
        }
        return line + (epochs < all ? $"  {Clock(last.TimeLeft)} left" : $"  {Clock(elapsed())}");
    }

    private static string Clock(TimeSpan time) => time.TotalHours < 1
        ? string.Create(CultureInfo.InvariantCulture, $"{time.Minutes}:{time.Seconds:00}")
        : string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalHours}:{time.Minutes:00}:{time.Seconds:00}");

    private static int Columns()
    {
        try
        {
            return Console.WindowWidth is > 0 and var columns ? columns : UsualWidth;
        }
        catch (IOException)
        {
            return UsualWidth;
        }
    }
}
