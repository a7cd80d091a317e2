using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.ML.Extensions.Numerics.Recurrence;

namespace Microsoft.ML.Extensions.Numerics.StateSpace;

/// <summary>
/// The gradients of M and T of a group of features, summed over the steps: <c>-r y^T</c> and <c>r x^T</c> on three diagonals.
/// </summary>
internal readonly unsafe struct TridiagonalSums<TLane> : IDisposable
    where TLane : struct, IFloatLane<TLane>
{
    private readonly int _size;
    private readonly FloatBuffer _solved;
    private readonly FloatBuffer _multiplied;

    public TridiagonalSums(int size)
    {
        _size = size;
        var lanes = 3 * size * TLane.Width;
        (_solved, _multiplied) = (new FloatBuffer(lanes), new FloatBuffer(lanes));
        NativeMemory.Clear(_solved.Start, (nuint)lanes * sizeof(float));
        NativeMemory.Clear(_multiplied.Start, (nuint)lanes * sizeof(float));
    }

    /// <summary>Adds a step: r and y as lanes [N], x with its rows a feature stride apart.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Add(float* r, float* y, float* x, int stride)
    {
        for (var n = 0; n < _size; n++)
        {
            var adjoint = TLane.Load(r + (n * TLane.Width));
            for (var diagonal = 0; diagonal < 3; diagonal++)
            {
                var column = n + diagonal - 1;
                if (column < 0 || column >= _size)
                {
                    continue;
                }
                var place = ((diagonal * _size) + n) * TLane.Width;
                var solved = _solved.Start + place;
                var multiplied = _multiplied.Start + place;
                TLane.Store(TLane.Load(solved) - (adjoint * TLane.Load(y + (column * TLane.Width))), solved);
                TLane.Store(TLane.MultiplyAdd(adjoint, TLane.Load(x + ((nint)column * stride)), TLane.Load(multiplied)), multiplied);
            }
        }
    }

    /// <summary>Writes both as [3, N, H].</summary>
    public void Write(float* solved, float* multiplied, int stride)
    {
        for (var entry = 0; entry < 3 * _size; entry++)
        {
            TLane.Store(TLane.Load(_solved.Start + (entry * TLane.Width)), solved + ((nint)entry * stride));
            TLane.Store(TLane.Load(_multiplied.Start + (entry * TLane.Width)), multiplied + ((nint)entry * stride));
        }
    }

    public void Dispose()
    {
        _solved.Dispose();
        _multiplied.Dispose();
    }
}
