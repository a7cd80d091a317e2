namespace Microsoft.ML.Extensions.Numerics.Recurrence;

/// <summary>The gate inputs of one channel at one step, read only.</summary>
/// <typeparam name="T">The lane.</typeparam>
public interface IInputs<T>
{
    /// <summary>The input of a gate.</summary>
    /// <param name="row">The gate.</param>
    T this[int row] { get; }
}
