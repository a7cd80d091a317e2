using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Tests;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Core.Tests.Networks;

[TestClass]
public sealed class LinearForecastTests
{
    [TestMethod, Trained]
    public void Sine_IsForecastFromItsPast()
    {
        using var scope = NewDisposeScope();
        var (windows, targets) = Sine(rows: 200, window: 8, horizon: 5, noise: 0);
        using var fit = new LinearForecast(8, 5);
        fit.Learn(windows, targets);
        TrainedBound.Below(Error(fit.Solve(ofAll: true), windows, targets), 1e-3, "squared error");
    }

    [TestMethod, Trained]
    public void Penalty_IsTheOneThatDoesBestOnTheRowsThatJudge()
    {
        using var scope = NewDisposeScope();
        var (windows, targets) = Sine(rows: 60, window: 30, horizon: 5, noise: 0.5);
        using var fit = new LinearForecast(30, 5);
        fit.Learn(windows[..48], targets[..48]);
        fit.Judge(windows[48..], targets[48..]);
        using var plain = new RidgeRegression(30, 5);
        plain.Add(windows.view(-1, 30), targets.view(-1, 5));
        var (later, truth) = Sine(rows: 400, window: 30, horizon: 5, noise: 0.5, start: 1000);
        TrainedBound.Below(Error(fit.Solve(ofAll: true), later, truth) / Error(plain.Solve(1e-6), later, truth), 0.9, "squared error over that of no penalty");
    }

    private static (Tensor Windows, Tensor Targets) Sine(int rows, int window, int horizon, double noise, int start = 0)
    {
        using var generator = new Generator((ulong)(start + TrainedSeed.From(1)));
        var times = arange(rows + window + horizon, ScalarType.Float64) + start;
        var series = (times * 0.7).sin() + (randn(times.shape, ScalarType.Float64, generator: generator) * noise);
        var all = series.unfold(0, window + horizon, 1)[..rows].unsqueeze(1);
        return (all.narrow(2, 0, window), all.narrow(2, window, horizon));
    }

    private static double Error(Tensor weights, Tensor windows, Tensor targets) =>
        (windows.squeeze(1).mm(weights) - targets.squeeze(1)).square().mean().item<double>();
}
