using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;
using RowBatches = System.Collections.Generic.IEnumerable<(
    Microsoft.ML.Extensions.Columns.RowStore Store, System.ArraySegment<int> Rows, Microsoft.ML.Extensions.Columns.RowPart Part)>;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Solves for the shape of a forecast's distribution by the moments of the residuals, in one reading of the rows.</summary>
internal static class DistributionPart
{
    /// <summary>The parameters after the mean, <c>[P - 1, H, K]</c>.</summary>
    /// <param name="batches">All rows; those held out tell of residuals that no fit has made smaller, and are used alone where there are any.</param>
    /// <param name="forecast">The forecast.</param>
    /// <param name="input">The column of windows.</param>
    /// <param name="predict">The mean and the spread of a batch.</param>
    public static Tensor Solve(
        RowBatches batches, ForecastDescription forecast, InputColumn input, Func<InputBatch, (Tensor Mean, Tensor Spread)> predict)
    {
        var distribution = forecast.Distribution!;
        using var scope = NewDisposeScope();
        var sums = new Dictionary<bool, (Tensor Moments, Tensor Counts)>();
        foreach (var (store, indices, part) in batches)
        {
            using var inner = NewDisposeScope();
            var (mean, spread) = predict(BatchBuilder.Inputs(store, indices, input, CPU));
            var (labels, _) = BatchBuilder.Targets(store, indices, CPU);
            var values = labels.view(-1, 1, forecast.Horizon, forecast.Targets);
            var missing = values.isnan();
            var moments = distribution.Moments(mean, spread, values).masked_fill(missing, Numbers.Zero).sum([0]);
            var counts = missing.logical_not().to_type(ScalarType.Float64).sum([0]);
            var isHeld = part == RowPart.Validation;
            if (sums.TryGetValue(isHeld, out var sum))
            {
                sum.Moments.add_(moments, Numbers.One);
                sum.Counts.add_(counts, Numbers.One);
            }
            else
            {
                sums[isHeld] = (moments.MoveToOuterDisposeScope(), counts.MoveToOuterDisposeScope());
            }
        }
        var (total, known) = sums.TryGetValue(true, out var held) ? held : sums[false];
        // A step ahead of which no value is known gets the least scale that there is, not a division by zero.
        return distribution.Solve(total / known.clamp_min(Numbers.One)).to_type(ScalarType.Float32).MoveToOuterDisposeScope();
    }
}
