using Microsoft.ML.Extensions.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>
/// Coordinates of the residual stream after a layer's attention in which a length is the change of the targets that it makes:
/// <c>y = C^(1/2) x</c>, <c>C = E[g g^T]</c> of the targets' gradients g there. What no later part reads is nothing in them.
/// </summary>
/// <remarks>Our own: the squared length of x is the mean square of <c>g x</c>, the change that x makes to first order.</remarks>
internal sealed class SensitivitySpace : IDisposable
{
    // Below it a direction's length is rounding of the largest.
    private const double Negligible = 1e-10;

    private SensitivitySpace(Tensor root) => Root = root;

    /// <summary><c>C^(1/2)</c>, <c>[D, D]</c>, symmetric.</summary>
    public Tensor Root { get; }

    /// <summary>The space of gradients.</summary>
    /// <param name="gradients"><c>[N, D]</c>.</param>
    public static SensitivitySpace Of(Tensor gradients)
    {
        using var scope = NewDisposeScope();
        using Scalar count = (double)gradients.shape[0];
        var exact = gradients.to_type(ScalarType.Float64);
        var (values, vectors) = linalg.eigh(exact.t().mm(exact).div_(count));
        using Scalar least = Math.Max(values[-1].Item<double>() * Negligible, double.Epsilon);
        var lengths = where(values.gt(least), values.clamp_min(Numbers.Zero).sqrt(), zeros_like(values));
        return new SensitivitySpace((vectors * lengths).mm(vectors.t()).to_type(gradients.dtype).DetachFromDisposeScope());
    }

    /// <summary>The stream's own coordinates.</summary>
    public static SensitivitySpace Plain(int width, Device device) => new(eye(width, dtype: ScalarType.Float32, device: device));

    public void Dispose() => Root.Dispose();
}
