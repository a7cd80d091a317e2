using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>
/// The ridge regression from windows to the following values, with the penalty that has the lowest error on validation rows.
/// </summary>
/// <param name="window">W.</param>
/// <param name="horizon">H.</param>
/// <param name="checkAlive">Throws when the fit was cancelled.</param>
internal sealed class LinearForecast(long window, long horizon, Action checkAlive) : IDisposable
{
    private const double PenaltyOfFewRows = 1e-2;

    private static readonly double[] Penalties = [1e-6, 1e-5, 1e-4, 1e-3, 3e-3, 1e-2, 3e-2, 0.1, 0.3, 1, 10];

    private readonly RidgeRegression _learned = new(window, horizon);
    private readonly RidgeRegression _judging = new(window, horizon);
    private readonly RidgeRegression _between = new(window, horizon);

    /// <summary>Adds training rows.</summary>
    /// <param name="windows"><c>[B, K, W]</c>.</param>
    /// <param name="targets"><c>[B, K, H]</c>.</param>
    public void Learn(Tensor windows, Tensor targets) => Add(_learned, windows, targets);

    /// <summary>Adds rows that choose the penalty.</summary>
    /// <param name="windows"><c>[B, K, W]</c>.</param>
    /// <param name="targets"><c>[B, K, H]</c>.</param>
    public void Judge(Tensor windows, Tensor targets) => Add(_judging, windows, targets);

    /// <summary>Adds rows that share steps with both parts: they are not used until the penalty is chosen.</summary>
    /// <param name="windows"><c>[B, K, W]</c>.</param>
    /// <param name="targets"><c>[B, K, H]</c>.</param>
    public void LeaveForLater(Tensor windows, Tensor targets) => Add(_between, windows, targets);

    /// <summary>The weights, <c>[W, H]</c>, for the chosen penalty.</summary>
    /// <param name="ofAll">Whether the final fit uses all rows.</param>
    public Tensor Solve(bool ofAll)
    {
        var penalty = _judging.Rows == 0 || _learned.Rows == 0 ? PenaltyOfFewRows : ChosenPenalty();
        if (ofAll)
        {
            _learned.Add(_between);
            _learned.Add(_judging);
        }
        using var system = _learned.System(checkAlive);
        return system.Solve(penalty);
    }

    public void Dispose()
    {
        _learned.Dispose();
        _judging.Dispose();
        _between.Dispose();
    }

    private double ChosenPenalty()
    {
        using var system = _learned.System(checkAlive);
        return Penalties.MinBy(penalty =>
        {
            using var weights = system.Solve(penalty);
            return _judging.Error(weights);
        });
    }

    private void Add(RidgeRegression part, Tensor windows, Tensor targets) =>
        part.Add(windows.reshape(-1, window), targets.reshape(-1, horizon));
}
