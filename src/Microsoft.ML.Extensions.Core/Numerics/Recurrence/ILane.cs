namespace Microsoft.ML.Extensions.Numerics.Recurrence;

/// <summary>
/// The arithmetic in which a cell's formula is written: one number, a SIMD vector of independent channels, a tensor, or a dual number of
/// one of these. Every function propagates NaN.
/// </summary>
/// <typeparam name="TSelf">The lane.</typeparam>
public interface ILane<TSelf> where TSelf : ILane<TSelf>
{
    /// <summary>left + right.</summary>
    static abstract TSelf operator +(TSelf left, TSelf right);

    /// <summary>left - right.</summary>
    static abstract TSelf operator -(TSelf left, TSelf right);

    /// <summary>-value.</summary>
    static abstract TSelf operator -(TSelf value);

    /// <summary>left * right.</summary>
    static abstract TSelf operator *(TSelf left, TSelf right);

    /// <summary>left / right.</summary>
    static abstract TSelf operator /(TSelf left, TSelf right);

    /// <summary>The same number in every channel.</summary>
    /// <param name="value">The number, rounded to the lane's precision.</param>
    static abstract TSelf Constant(double value);

    /// <summary>left * right + addend, rounded once where the machine can.</summary>
    static abstract TSelf MultiplyAdd(TSelf left, TSelf right, TSelf addend);

    /// <summary>1 - value.</summary>
    static abstract TSelf Complement(TSelf value);

    /// <summary>1 / (1 + e^-value).</summary>
    static abstract TSelf Sigmoid(TSelf value);

    /// <summary>The hyperbolic tangent.</summary>
    static abstract TSelf Tanh(TSelf value);

    /// <summary>e^value; the value is clamped to -87 to 87, so that single precision neither overflows nor underflows.</summary>
    static abstract TSelf Exp(TSelf value);

    /// <summary>
    /// <paramref name="positive"/> where <paramref name="condition"/> &gt; 0, else (and where it is NaN) <paramref name="otherwise"/>.
    /// </summary>
    static abstract TSelf Select(TSelf condition, TSelf positive, TSelf otherwise);

    /// <summary>The value where it is positive, else 0; its derivative at 0 is 1.</summary>
    static virtual TSelf Relu(TSelf value) => TSelf.Select(-value, TSelf.Constant(0), value);
}
