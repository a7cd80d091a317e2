namespace Microsoft.ML.Extensions.Samples;

/// <summary>The seasonal naive forecast, which needs no training.</summary>
internal static class Naive
{
    /// <summary>The mean squared error of repeating the value one season before, over all windows of a part of the table.</summary>
    /// <param name="rows">The rows, on the scale on which errors are measured.</param>
    /// <param name="first">The first row to forecast.</param>
    /// <param name="horizon">The steps to forecast.</param>
    /// <param name="season">The period.</param>
    public static double SeasonalError(float[][] rows, int first, int horizon, int season)
    {
        var (sum, count) = (0.0, 0L);
        for (var start = first; start + horizon <= rows.Length; start++)
        {
            for (var step = 0; step < horizon; step++)
            {
                var then = rows[start - season + (step % season)];
                foreach (var (truth, value) in rows[start + step].Zip(then))
                {
                    sum += Math.Pow(truth - value, 2);
                    count++;
                }
            }
        }
        return sum / count;
    }
}
