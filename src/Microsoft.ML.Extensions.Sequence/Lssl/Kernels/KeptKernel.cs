using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>
/// The cached kernels <c>[H, M, L]</c> of a trained layer, for all shorter lengths: in managed memory, so that no tensor has to be freed
/// while another thread may read it. Immutable.
/// </summary>
internal sealed class KeptKernel
{
    private readonly float[] _values;
    private readonly long[] _shape;

    public KeptKernel(Tensor kernel)
    {
        using var scope = NewDisposeScope();
        _shape = kernel.shape;
        _values = kernel.detach().to(CPU).contiguous().AsSpan().ToArray();
    }

    public long Length => _shape[2];

    /// <summary>The first values of each kernel.</summary>
    public Tensor First(long length)
    {
        var first = empty(_shape[0], _shape[1], length);
        var target = first.AsSpan();
        for (var row = 0; row < _shape[0] * _shape[1]; row++)
        {
            _values.AsSpan(row * (int)Length, (int)length).CopyTo(target[(row * (int)length)..]);
        }
        return first;
    }
}
