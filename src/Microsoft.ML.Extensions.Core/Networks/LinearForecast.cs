using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Networks;

/// <summary>The ridge regression from windows to what follows them, with the penalty that does best on the last fifth of the rows.</summary>
internal sealed class LinearForecast(long window, long horizon, long rows) : IDisposable
{
    private const double JudgedFrom = 0.8;
    private const double PenaltyOfFewRows = 1e-2;

    private static readonly double[] Penalties = [1e-6, 1e-5, 1e-4, 1e-3, 3e-3, 1e-2, 3e-2, 0.1, 0.3, 1, 10];

    private readonly RidgeRegression _first = new(window, horizon);
    private readonly RidgeRegression _last = new(window, horizon);
    private long _rows;

    /// <summary>Adds rows in time order.</summary>
    /// <param name="windows"><c>[B, K, W]</c>.</param>
    /// <param name="targets"><c>[B, K, H]</c>.</param>
    public void Add(Tensor windows, Tensor targets)
    {
        var part = _rows < JudgedFrom * rows ? _first : _last;
        part.Add(windows.reshape(-1, window), targets.reshape(-1, horizon));
        _rows += windows.shape[0];
    }

    /// <summary>The weights, <c>[W, H]</c>, of all rows under the penalty chosen.</summary>
    public Tensor Solve()
    {
        var penalty = _last.Rows == 0 ? PenaltyOfFewRows : Penalties.MinBy(Error);
        _first.Add(_last);
        return _first.Solve(penalty);
    }

    public void Dispose()
    {
        _first.Dispose();
        _last.Dispose();
    }

    private double Error(double penalty)
    {
        using var weights = _first.Solve(penalty);
        return _last.Error(weights);
    }
}
