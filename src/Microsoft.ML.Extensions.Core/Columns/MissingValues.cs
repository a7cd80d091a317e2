namespace Microsoft.ML.Extensions;

/// <summary>What to do with a NaN among the input values. An infinity is an error always, and in scoring so is a number too far from those of training.</summary>
public enum MissingValues
{
    /// <summary>Refuse it, with the column and the row. The default.</summary>
    Error,

    /// <summary>Take the channel's last value before it, else its first value after it, else 0.</summary>
    ForwardFill,

    /// <summary>Take 0, in the units of the column.</summary>
    Zero,
}
