namespace Microsoft.ML.Extensions.Numerics.Recurrence;

/// <summary>Rows in an array, for lanes that are objects (doubles of the reference, tensors).</summary>
internal readonly struct ArrayRows<T>(T[] rows) : IRows<T>, IInputs<T>
{
    public T this[int row]
    {
        get => rows[row];
        set => rows[row] = value;
    }
}
