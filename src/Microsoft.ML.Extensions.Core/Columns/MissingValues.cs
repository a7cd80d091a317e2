namespace Microsoft.ML.Extensions;

/// <summary>
/// What to do with a NaN among the input values. An infinity is always an error; so is, in scoring, a number too far from the training
/// values.
/// </summary>
public enum MissingValues
{
    /// <summary>Throw an exception that names the column and the row. The default.</summary>
    Error,

    /// <summary>Take the channel's last value before it, else its first value after it, else 0.</summary>
    ForwardFill,

    /// <summary>Take 0, in the units of the column.</summary>
    Zero,
}
