namespace Microsoft.ML.Extensions.Numerics.Recurrence;

/// <summary>
/// The arithmetic in which a cell's formula is written: one number, a SIMD vector of independent channels, or a tensor.
/// </summary>
internal interface ILane<TSelf> where TSelf : ILane<TSelf>
{
    static abstract TSelf operator +(TSelf left, TSelf right);

    static abstract TSelf operator -(TSelf left, TSelf right);

    static abstract TSelf operator *(TSelf left, TSelf right);

    /// <summary>left * right + addend, rounded once where the machine can.</summary>
    static abstract TSelf MultiplyAdd(TSelf left, TSelf right, TSelf addend);

    /// <summary>1 - value.</summary>
    static abstract TSelf Complement(TSelf value);

    /// <summary>1 / (1 + e^-value).</summary>
    static abstract TSelf Sigmoid(TSelf value);

    static abstract TSelf Tanh(TSelf value);
}
