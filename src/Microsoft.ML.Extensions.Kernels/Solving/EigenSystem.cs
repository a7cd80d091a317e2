using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Kernels;

/// <summary>
/// The system <c>(K + D) A = Y</c> by the eigenvectors of <c>S K S</c>, with <c>S = D^-1/2</c>: slow, and right where <c>K + D</c> is not
/// positive definite to double precision. What K has below 0, or too near to it, is rounding and left out.
/// </summary>
internal sealed class EigenSystem : ILinearSystem
{
    // Times n, of the largest eigenvalue: what rounding makes of a 0.
    private const double Rounding = 1e-15;

    private readonly Tensor _vectors;
    private readonly Tensor _inverses;

    /// <param name="kernel">K, <c>[n, n]</c>; overwritten.</param>
    /// <param name="diagonal">D, <c>[n]</c>, above 0.</param>
    public EigenSystem(Tensor kernel, ReadOnlySpan<double> diagonal)
    {
        using var scope = NewDisposeScope();
        var scale = diagonal.ToAligned(diagonal.Length).rsqrt();
        var (values, vectors) = linalg.eigh(kernel.mul_(scale).mul_(scale.unsqueeze(1)));
        using Scalar least = Rounding * diagonal.Length * values.abs().max().Item<double>();
        var kept = values.gt(least).to_type(ScalarType.Float64);
        _inverses = (kept / values.Plus(Numbers.One)).DetachFromDisposeScope();
        _vectors = vectors.mul_(scale.unsqueeze(1)).DetachFromDisposeScope();
    }

    /// <summary>What such a system takes beside the kernel, in bytes.</summary>
    public static long Bytes(long points) => 3 * sizeof(double) * points * points;

    public Tensor Solve(Tensor targets)
    {
        using var scope = NewDisposeScope();
        return _vectors.mm(_vectors.t().mm(targets) * _inverses.unsqueeze(1)).MoveToOuterDisposeScope();
    }

    public double[] InverseDiagonal()
    {
        using var scope = NewDisposeScope();
        return (_vectors * _vectors).mv(_inverses).AsDoubles().ToArray();
    }

    public void Dispose()
    {
        _vectors.Dispose();
        _inverses.Dispose();
    }
}
