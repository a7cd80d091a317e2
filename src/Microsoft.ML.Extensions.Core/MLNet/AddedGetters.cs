namespace Microsoft.ML.Extensions.MLNet;

/// <summary>The getters of the columns that a <see cref="RowMapping"/> adds, for one cursor or row.</summary>
/// <param name="Getters">A <see cref="ValueGetter{TValue}"/> for each added column.</param>
/// <param name="Held">The resource they compute with, released with the cursor or row; null for none.</param>
internal sealed record AddedGetters(Delegate[] Getters, IDisposable? Held = null) : IDisposable
{
    /// <summary>For a cursor or row of which no added column is asked for.</summary>
    public static AddedGetters None { get; } = new([]);

    public void Dispose() => Held?.Dispose();
}
