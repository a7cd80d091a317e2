namespace Microsoft.ML.Extensions.Numerics.Recurrence;

/// <summary>A few numbers of one channel side by side: its parameters, its state, its derivatives.</summary>
/// <typeparam name="T">The lane.</typeparam>
public interface IRows<T>
{
    /// <summary>One of the numbers.</summary>
    /// <param name="row">Which.</param>
    T this[int row] { get; set; }
}
