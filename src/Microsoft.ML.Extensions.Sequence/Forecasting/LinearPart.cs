using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;
using RowBatches = System.Collections.Generic.IEnumerable<(
    Microsoft.ML.Extensions.Columns.RowStore Store, System.ArraySegment<int> Rows, Microsoft.ML.Extensions.Columns.RowPart Part)>;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Fits the linear part of a <see cref="ForecastNetwork"/> by ridge regression, in one reading of the rows.</summary>
internal static class LinearPart
{
    /// <summary>The weights, <c>[W, H]</c>.</summary>
    /// <param name="batches">All rows, and the part that each is in.</param>
    /// <param name="ofAll">Whether the final fit uses all rows, once the penalty is chosen.</param>
    /// <param name="forecast">The forecast.</param>
    /// <param name="input">The column of windows.</param>
    /// <param name="window">W.</param>
    /// <param name="targets">The scale of the targets.</param>
    /// <param name="checkAlive">Throws when the fit was cancelled.</param>
    public static Tensor Solve(
        RowBatches batches, bool ofAll, ForecastDescription forecast, InputColumn input, int window, TargetScale targets, Action checkAlive)
    {
        // The sums of squares of three parts and a system to solve, in double precision.
        NetworkMemory.Ask(8L * window, window);
        using var fit = new LinearForecast(window, forecast.Horizon, checkAlive);
        foreach (var (store, indices, part) in batches)
        {
            Add(part switch { RowPart.Training => fit.Learn, RowPart.Validation => fit.Judge, _ => fit.LeaveForLater }, store, indices);
        }
        return fit.Solve(ofAll);

        // Windows with a large deviation would dominate the fit, so errors are in units of each window's deviation.
        void Add(Action<Tensor, Tensor> part, RowStore store, ArraySegment<int> indices)
        {
            using var scope = NewDisposeScope();
            var batch = BatchBuilder.Inputs(store, indices, input, CPU);
            var (labels, _) = BatchBuilder.Targets(store, indices, CPU);
            var (location, spread) = targets.Of(batch);
            var steps = (labels.view(-1, forecast.Horizon, forecast.Targets) / targets.Unit).Minus(location) / targets.Deviation;
            var factor = targets.InOwnDeviation(spread).transpose(1, 2);
            part(targets.Window(batch, location, window) * factor, steps.transpose(1, 2) * factor);
        }
    }
}
