namespace Microsoft.ML.Extensions.Numerics.Recurrence;

/// <summary>Rows in an array, for lanes that are objects of their own (the oracle's doubles, tensors).</summary>
internal readonly struct ArrayRows<T>(T[] rows) : IRows<T>, IInputs<T>
{
    public T this[int row]
    {
        get => rows[row];
        set => rows[row] = value;
    }
}
