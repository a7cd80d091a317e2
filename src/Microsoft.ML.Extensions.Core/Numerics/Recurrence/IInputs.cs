namespace Microsoft.ML.Extensions.Numerics.Recurrence;

/// <summary>The gate inputs of one channel at one step, read only.</summary>
internal interface IInputs<T>
{
    T this[int row] { get; }
}
