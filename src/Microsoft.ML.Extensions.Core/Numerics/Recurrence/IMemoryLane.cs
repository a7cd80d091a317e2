namespace Microsoft.ML.Extensions.Numerics.Recurrence;

/// <summary>A lane that is read from and written to <see cref="Width"/> consecutive numbers in memory.</summary>
internal unsafe interface IMemoryLane<TSelf> : ILane<TSelf> where TSelf : IMemoryLane<TSelf>
{
    /// <summary>How many channels one lane carries.</summary>
    static abstract int Width { get; }

    static abstract TSelf Load(float* source);

    /// <summary>The one number at <paramref name="source"/> in every channel.</summary>
    static abstract TSelf Broadcast(float* source);

    static abstract void Store(TSelf value, float* target);
}
