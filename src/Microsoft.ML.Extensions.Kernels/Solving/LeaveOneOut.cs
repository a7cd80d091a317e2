using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Kernels;

/// <summary>What kernel ridge regression says of each row when it is fitted to all others, without fitting again.</summary>
/// <remarks>
/// With <c>C = K + D</c> and <c>A = C^-1 Y</c> the error of row i left out is <c>A_i / (C^-1)_ii</c>: Wahba 1990, "Spline Models for
/// Observational Data", section 4.2; it holds for any diagonal D.
/// </remarks>
internal static class LeaveOneOut
{
    /// <summary>The predictions, <c>[n, c]</c>, row after row.</summary>
    /// <param name="targets">Y, <c>[n, c]</c>, Float64.</param>
    /// <param name="solution">A, <c>[n, c]</c>.</param>
    /// <param name="inverseDiagonal">The diagonal of <c>C^-1</c>.</param>
    public static double[] Predictions(Tensor targets, Tensor solution, double[] inverseDiagonal)
    {
        using var scope = NewDisposeScope();
        return targets.Minus(solution / tensor(inverseDiagonal).unsqueeze(1)).contiguous().AsDoubles().ToArray();
    }
}
