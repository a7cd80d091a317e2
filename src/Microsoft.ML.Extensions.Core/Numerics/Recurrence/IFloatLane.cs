namespace Microsoft.ML.Extensions.Numerics.Recurrence;

/// <summary>The operations of a single-precision lane that <see cref="LaneMath"/> needs.</summary>
internal interface IFloatLane<TSelf> : IMemoryLane<TSelf> where TSelf : IFloatLane<TSelf>
{
    /// <summary>The value, clamped to [-bound, bound]; NaN stays NaN.</summary>
    static abstract TSelf Clamp(TSelf value, float bound);

    /// <summary>2^n, where n stands in the low bits of the mantissa of <paramref name="shifted"/>.</summary>
    static abstract TSelf PowerOfTwo(TSelf shifted);
}
