using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence.Tests.Forecasting;

internal static class RidgeSolutions
{
    /// <summary>The weights for a penalty.</summary>
    public static Tensor Solved(this RidgeRegression regression, double penalty)
    {
        using var system = regression.System(() => { });
        return system.Solve(penalty);
    }
}
