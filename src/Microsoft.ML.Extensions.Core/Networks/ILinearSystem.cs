using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Networks;

/// <summary>A system <c>(K + D) A = Y</c> that is ready to be solved for any Y.</summary>
internal interface ILinearSystem : IDisposable
{
    /// <summary><c>(K + D)^-1 Y</c>.</summary>
    /// <param name="targets">Y, <c>[n, c]</c>, Float64.</param>
    Tensor Solve(Tensor targets);

    /// <summary>The diagonal of <c>(K + D)^-1</c>, <c>[n]</c>.</summary>
    double[] InverseDiagonal();
}
