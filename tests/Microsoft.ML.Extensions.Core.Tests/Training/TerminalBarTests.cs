using Microsoft.ML.Extensions.Training;

namespace Microsoft.ML.Extensions.Core.Tests.Training;

[TestClass]
public sealed class TerminalBarTests
{
    [TestMethod]
    public void Line_SaysEpochsLossesAccuracyAndTimeLeft()
    {
        var screen = Drawn(bar => bar.Epoch(Progress(12, 150, TimeSpan.FromSeconds(42))), columns: 120);
        Assert.AreEqual("\rToy [=>                      ] 12/150  loss 0.2134  validation 0.3012 (91.3 %)  0:42 left", screen);
    }

    [TestMethod]
    public void LastEpoch_HasAFullBarAndTheTimeOfTheFit()
    {
        var screen = Drawn(bar => bar.Epoch(Progress(150, 150, TimeSpan.Zero)), columns: 120, now: () => TimeSpan.FromSeconds(3725));
        Assert.AreEqual("\rToy [========================] 150/150  loss 0.2134  validation 0.3012 (91.3 %)  1:02:05", screen);
    }

    [TestMethod]
    public void Line_IsNoWiderThanTheTerminal()
    {
        var screen = Drawn(bar => bar.Epoch(Progress(12, 150, TimeSpan.FromSeconds(42))), columns: 30);
        Assert.AreEqual("\rToy [=>                      ", screen);
    }

    [TestMethod]
    public void Batches_MoveTheBar_TenTimesASecondAtMost()
    {
        var now = TimeSpan.Zero;
        var screen = Drawn(
            bar =>
            {
                for (var batch = 1; batch <= 40; batch++)
                {
                    now += TimeSpan.FromMilliseconds(10);
                    bar.Batch(batch / 40.0, 2);
                }
            },
            columns: 120, () => now);
        var lines = screen.Split('\r')[1..];
        Assert.HasCount(4, lines);
        Assert.AreEqual("Toy [=========>              ] 0/2", lines[^1]);
    }

    [TestMethod]
    public void ShorterLine_CoversTheOneBefore()
    {
        var now = TimeSpan.Zero;
        var screen = Drawn(
            bar =>
            {
                bar.Epoch(Progress(1, 2, TimeSpan.FromHours(100)));
                now += TimeSpan.FromSeconds(1);
                bar.Epoch(Progress(2, 2, TimeSpan.Zero));
            },
            columns: 120, () => now);
        var lines = screen.Split('\r')[1..];
        Assert.HasCount(lines[0].Length, lines[1]);
    }

    [TestMethod]
    public void End_LeavesTheLine_AndWhatFollowsBeginsANewOne()
    {
        using var output = new StringWriter();
        using (var bar = new TerminalBar(output, "Toy", () => 80, () => TimeSpan.Zero))
        {
            bar.Epoch(Progress(1, 3, TimeSpan.Zero));
        }
        Assert.EndsWith(output.NewLine, output.ToString());
        using var silent = new StringWriter();
        new TerminalBar(silent, "Toy", () => 80, () => TimeSpan.Zero).Dispose();
        Assert.AreEqual("", silent.ToString());
    }

    [TestMethod]
    public void Bar_IsWantedOnATerminalAlone()
    {
        Assert.IsTrue(IsWanted(new(), isRedirected: false));
        Assert.IsFalse(IsWanted(new(), isRedirected: true));
        Assert.IsFalse(IsWanted(new() { ShowProgress = false }, isRedirected: false));
        Assert.IsFalse(IsWanted(new() { Progress = new Progress<TrainingProgress>() }, isRedirected: false));
        Assert.IsFalse(IsWanted(new(), isRedirected: false, "CI", "true"));
        Assert.IsFalse(IsWanted(new(), isRedirected: false, "TF_BUILD", "True"));
        Assert.IsFalse(IsWanted(new(), isRedirected: false, "TERM", "dumb"));
        Assert.IsTrue(IsWanted(new(), isRedirected: false, "TERM", "xterm"));
    }

    private static bool IsWanted(TrainingOptions options, bool isRedirected, string? name = null, string? value = null) =>
        TerminalBar.IsWanted(options, isRedirected, asked => asked == name ? value : null);

    private static string Drawn(Action<TerminalBar> draw, int columns, Func<TimeSpan>? now = null)
    {
        using var output = new StringWriter();
        draw(new TerminalBar(output, "Toy", () => columns, now ?? (() => TimeSpan.Zero)));
        return output.ToString();
    }

    private static TrainingProgress Progress(int epoch, int epochs, TimeSpan left) =>
        new(epoch, epochs, 0.21341, 0.30123, 0.01, 100) { ValidationAccuracy = 0.9131, TimeLeft = left };
}
