using Microsoft.ML.Extensions.Numerics.StateSpace;

namespace Microsoft.ML.Extensions.Numerics.StepProducts;

/// <summary>Numbers that a forward pass keeps for the backward pass, which disposes them; if there is none, the garbage collector does.</summary>
/// <param name="count">How many; not cleared.</param>
internal sealed unsafe class KeptFloats(long count) : IDisposable
{
    private float* _start = FloatMemory.Rent(count);

    ~KeptFloats() => Dispose(this);

    /// <summary>The first number.</summary>
    /// <exception cref="ObjectDisposedException">The backward pass ran already.</exception>
    public float* Start
    {
        get
        {
            ObjectDisposedException.ThrowIf(_start == null, this);
            return _start;
        }
    }

    public void Dispose()
    {
        Dispose(this);
        GC.SuppressFinalize(this);
    }

    private static void Dispose(KeptFloats kept)
    {
        FloatMemory.Return(kept._start);
        kept._start = null;
    }
}
