using System.Runtime.CompilerServices;

namespace Microsoft.ML.Extensions.Numerics.Recurrence;

/// <summary>
/// The sum of two sets of rows, computed on reading: the product B x of the input and the bias b.
/// A bias added by the matrix product would cost one more pass over [B, T, G, H].
/// </summary>
internal readonly struct BiasedRows<T>(MemoryRows<T> products, MemoryRows<T> biases) : IInputs<T>
    where T : struct, IMemoryLane<T>
{
    private readonly MemoryRows<T> _products = products;
    private readonly MemoryRows<T> _biases = biases;

    public T this[int row]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _products[row] + _biases[row];
    }
}
