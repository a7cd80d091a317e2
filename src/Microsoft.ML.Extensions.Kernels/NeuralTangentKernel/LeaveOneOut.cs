namespace Microsoft.ML.Extensions.Kernels;

/// <summary>The left-out predictions of kernel ridge regression for each row, without fitting again.</summary>
/// <remarks>
/// <para>With <c>C = K + D</c> and <c>A = C^-1 Y</c> the error of point i left out is <c>A_i / (C^-1)_ii</c>: Wahba 1990, "Spline Models
/// for Observational Data", section 4.2; it holds for any diagonal D.</para>
/// <para>A point that several rows share stays when one of them is left out. With the row's share p of the point's weight, its own target y
/// and the mean m of the point's, the error is <c>(y - m + D_i A_i) / (1 - p + p D_i (C^-1)_ii)</c>: the same formula in the system that
/// has an equation a row, and the one above where p is 1.</para>
/// </remarks>
internal static class LeaveOneOut
{
    /// <summary>
    /// The predictions for <see cref="KernelExamples.Rows"/>, with one of equal rows left out: <c>[r, c]</c>, row after row.
    /// </summary>
    /// <param name="examples">The points and their rows.</param>
    /// <param name="diagonal">D, <c>[n]</c>.</param>
    /// <param name="solution">A, <c>[n, c]</c>, for targets from which any constants may have been subtracted.</param>
    /// <param name="inverseDiagonal">The diagonal of <c>C^-1</c>, <c>[n]</c>.</param>
    public static double[] Predictions(
        KernelExamples examples, ReadOnlySpan<double> diagonal, ReadOnlySpan<double> solution, ReadOnlySpan<double> inverseDiagonal)
    {
        var outputs = examples.Outputs;
        var predictions = new double[examples.Rows.Length * outputs];
        for (var i = 0; i < examples.Rows.Length; i++)
        {
            var row = examples.Rows[i];
            var (point, share) = (row.Point, Math.Min(1, row.Weight / examples.Weights[row.Point]));
            var kept = 1 - share + (share * diagonal[point] * inverseDiagonal[point]);
            for (var k = 0; k < outputs; k++)
            {
                var (target, place) = (row.TargetOf(k, outputs), (point * outputs) + k);
                predictions[(i * outputs) + k] = target - ((target - examples.Targets[place] + (diagonal[point] * solution[place])) / kept);
            }
        }
        return predictions;
    }
}
