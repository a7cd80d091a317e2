namespace Microsoft.ML.Extensions.Numerics.Recurrence;

/// <summary>A few numbers of one channel side by side: its gate inputs, its parameters, its state.</summary>
internal interface IRows<T>
{
    T this[int row] { get; set; }
}
