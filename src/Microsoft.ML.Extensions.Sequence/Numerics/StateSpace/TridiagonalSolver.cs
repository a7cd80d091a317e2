using System.Runtime.CompilerServices;
using Microsoft.ML.Extensions.Numerics.Recurrence;

namespace Microsoft.ML.Extensions.Numerics.StateSpace;

/// <summary><c>S(x) = M^-1 T x</c> of a group of features and its adjoint, by a factorisation <c>M = L U</c> that is made once.</summary>
internal sealed unsafe class TridiagonalSolver<TLane> : IDisposable
    where TLane : struct, IFloatLane<TLane>
{
    private readonly int _size;
    private readonly int _stride;
    private readonly float* _multiplied;
    private readonly FloatBuffer _lower;
    private readonly FloatBuffer _upper;
    private readonly FloatBuffer _inversePivot;
    private readonly FloatBuffer _adjoint;

    public TridiagonalSolver(TridiagonalKrylovShape shape, TridiagonalKrylovData data, int feature)
    {
        (_size, _stride) = (shape.Size, shape.Features);
        _multiplied = data.Multiplied;
        var lanes = _size * TLane.Width;
        (_lower, _upper, _inversePivot, _adjoint) = (
            new FloatBuffer(lanes), new FloatBuffer(lanes), new FloatBuffer(lanes), new FloatBuffer(lanes));
        Factor(data.Solved + feature);
    }

    /// <summary>Writes S(x) as lanes [N]; x has its rows a feature stride apart.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Apply(float* x, float* result)
    {
        for (var n = 0; n < _size; n++)
        {
            var product = At(1, n) * TLane.Load(x + ((nint)n * _stride));
            if (n > 0)
            {
                product = TLane.MultiplyAdd(At(0, n), TLane.Load(x + ((nint)(n - 1) * _stride)), product);
                product -= Lane(_lower, n) * TLane.Load(result + ((n - 1) * TLane.Width));
            }
            if (n < _size - 1)
            {
                product = TLane.MultiplyAdd(At(2, n), TLane.Load(x + ((nint)(n + 1) * _stride)), product);
            }
            TLane.Store(product, result + (n * TLane.Width));
        }
        for (var n = _size - 1; n >= 0; n--)
        {
            var place = result + (n * TLane.Width);
            var value = TLane.Load(place);
            if (n < _size - 1)
            {
                value -= Lane(_upper, n) * TLane.Load(place + TLane.Width);
            }
            TLane.Store(value * Lane(_inversePivot, n), place);
        }
    }

    /// <summary>
    /// The backward pass of <c>forward S(x) - back x</c>: turns the gradient of its result, lanes [N], into that of x.
    /// </summary>
    /// <param name="gradient">Read and written.</param>
    /// <param name="forward">The factor of S.</param>
    /// <param name="back">The factor of x.</param>
    /// <param name="solved"><c>M^-T forward gradient</c>, valid until the next call.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void ApplyAdjoint(float* gradient, TLane forward, TLane back, out float* solved)
    {
        solved = _adjoint.Start;
        SolveTransposed(gradient, forward, solved);
        for (var n = 0; n < _size; n++)
        {
            var place = n * TLane.Width;
            var value = At(1, n) * TLane.Load(solved + place);
            if (n > 0)
            {
                value = TLane.MultiplyAdd(At(2, n - 1), TLane.Load(solved + place - TLane.Width), value);
            }
            if (n < _size - 1)
            {
                value = TLane.MultiplyAdd(At(0, n + 1), TLane.Load(solved + place + TLane.Width), value);
            }
            TLane.Store(value - (back * TLane.Load(gradient + place)), gradient + place);
        }
    }

    public void Dispose()
    {
        _lower.Dispose();
        _upper.Dispose();
        _inversePivot.Dispose();
        _adjoint.Dispose();
    }

    private void Factor(float* matrix)
    {
        var diagonal = (nint)_size * _stride;
        for (var n = 0; n < _size; n++)
        {
            var row = matrix + ((nint)n * _stride);
            var place = n * TLane.Width;
            var pivot = TLane.Load(row + diagonal);
            if (n > 0)
            {
                var factor = TLane.Load(row) * Lane(_inversePivot, n - 1);
                TLane.Store(factor, _lower.Start + place);
                pivot -= factor * Lane(_upper, n - 1);
            }
            TLane.Store(TLane.Load(row + (2 * diagonal)), _upper.Start + place);
            TLane.Store(TLane.Constant(1) / pivot, _inversePivot.Start + place);
        }
    }

    // U^T first, then L^T.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void SolveTransposed(float* right, TLane scale, float* result)
    {
        for (var n = 0; n < _size; n++)
        {
            var place = n * TLane.Width;
            var value = scale * TLane.Load(right + place);
            if (n > 0)
            {
                value -= Lane(_upper, n - 1) * TLane.Load(result + place - TLane.Width);
            }
            TLane.Store(value * Lane(_inversePivot, n), result + place);
        }
        for (var n = _size - 2; n >= 0; n--)
        {
            var place = result + (n * TLane.Width);
            TLane.Store(TLane.Load(place) - (Lane(_lower, n + 1) * TLane.Load(place + TLane.Width)), place);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private TLane At(int diagonal, int n) => TLane.Constant(_multiplied[(diagonal * _size) + n]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane Lane(FloatBuffer buffer, int n) => TLane.Load(buffer.Start + (n * TLane.Width));
}
