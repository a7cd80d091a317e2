using Microsoft.ML.Extensions.Tests;
using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence.Tests.Forecasting;

[TestClass]
public sealed class LinearForecastTests
{
    [TestMethod, Trained]
    public void Sine_IsForecastFromItsPast()
    {
        using var scope = NewDisposeScope();
        var (windows, targets) = Sine(rows: 200, window: 8, horizon: 5, noise: 0);
        using var fit = new LinearForecast(8, 5, () => { });
        fit.Learn(windows, targets);
        TrainedBound.Below(Error(fit.Solve(ofAll: true), windows, targets), 1e-3, "squared error");
    }

    [TestMethod, Trained]
    public void Penalty_IsTheOneThatDoesBestOnTheValidationRows()
    {
        using var scope = NewDisposeScope();
        var (windows, targets) = Sine(rows: 60, window: 30, horizon: 5, noise: 0.5);
        using var fit = new LinearForecast(30, 5, () => { });
        fit.Learn(windows[..48], targets[..48]);
        fit.Judge(windows[48..], targets[48..]);
        using var plain = new RidgeRegression(30, 5);
        plain.Add(windows.view(-1, 30), targets.view(-1, 5));
        var (later, truth) = Sine(rows: 400, window: 30, horizon: 5, noise: 0.5, start: 1000);
        TrainedBound.Below(Error(fit.Solve(ofAll: true), later, truth) / Error(plain.Solved(1e-6), later, truth), 0.9,
            "squared error over that of no penalty");
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void AllRows_AreLearnedFromUnderThePenaltyChosen_OrThoseToLearnFromAlone(bool ofAll)
    {
        using var scope = NewDisposeScope();
        var (windows, targets) = Sine(rows: 60, window: 30, horizon: 5, noise: 0.5);
        using var fit = new LinearForecast(30, 5, () => { });
        fit.Learn(windows[..40], targets[..40]);
        fit.LeaveForLater(windows[40..48], targets[40..48].Scaled(100));
        fit.Judge(windows[48..], targets[48..]);
        using var taught = Ridge((windows[..40], targets[..40]));
        using var judging = Ridge((windows[48..], targets[48..]));
        // Rows left for later choose nothing, however they differ.
        var penalty = Penalties.MinBy(value => judging.Error(taught.Solved(value)));
        using var all = Ridge(
            (windows[..40], targets[..40]), (windows[40..48], targets[40..48].Scaled(100)), (windows[48..], targets[48..]));
        Assert.IsLessThan(1e-8, (fit.Solve(ofAll) - (ofAll ? all : taught).Solved(penalty)).abs().max().Item<double>());
    }

    // Windows of more than one block of the system.
    [TestMethod]
    public void CancelledFit_StopsInAnyPart_AndLeavesNoTensor()
    {
        using var scope = NewDisposeScope();
        var (windows, targets) = Sine(rows: 60, window: 300, horizon: 5, noise: 0.5);
        var (learned, judging) = ((windows[..40], targets[..40]), (windows[40..], targets[40..]));
        Stops.AssertAtEach(
            checkAlive =>
            {
                using var inner = NewDisposeScope();
                using var fit = new LinearForecast(300, 5, checkAlive);
                fit.Learn(learned.Item1, learned.Item2);
                fit.Judge(judging.Item1, judging.Item2);
                fit.Solve(ofAll: true).Dispose();
            },
            every: 11, least: 12 * 2);
    }

    [TestMethod]
    public void WithoutValidationRows_ThePenaltyIsThatOfFewRows()
    {
        using var scope = NewDisposeScope();
        var (windows, targets) = Sine(rows: 60, window: 30, horizon: 5, noise: 0.5);
        using var fit = new LinearForecast(30, 5, () => { });
        fit.Learn(windows, targets);
        using var all = Ridge((windows, targets));
        Assert.IsLessThan(1e-8, (fit.Solve(ofAll: true) - all.Solved(1e-2)).abs().max().Item<double>());
    }

    private static double[] Penalties { get; } = [1e-6, 1e-5, 1e-4, 1e-3, 3e-3, 1e-2, 3e-2, 0.1, 0.3, 1, 10];

    private static RidgeRegression Ridge(params (Tensor Windows, Tensor Targets)[] parts)
    {
        var ridge = new RidgeRegression(30, 5);
        foreach (var (windows, targets) in parts)
        {
            ridge.Add(windows.view(-1, 30), targets.view(-1, 5));
        }
        return ridge;
    }

    private static (Tensor Windows, Tensor Targets) Sine(int rows, int window, int horizon, double noise, int start = 0)
    {
        using var generator = new Generator((ulong)(start + TrainedSeed.From(1)));
        var times = Numbers.Range(rows + window + horizon, ScalarType.Float64).Plus(start);
        var series = times.Scaled(0.7).sin().Plus(randn(times.shape, ScalarType.Float64, generator: generator).Scaled(noise));
        var all = series.unfold(0, window + horizon, 1)[..rows].unsqueeze(1);
        return (all.narrow(2, 0, window), all.narrow(2, window, horizon));
    }

    private static double Error(Tensor weights, Tensor windows, Tensor targets) =>
        (windows.squeeze(1).mm(weights) - targets.squeeze(1)).Squared().mean().Item<double>();
}
