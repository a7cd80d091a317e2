namespace Microsoft.ML.Extensions;

/// <summary>How the states of all steps are pooled into one vector per row; padding is ignored.</summary>
public enum SequencePooling
{
    /// <summary>The last step, and for a bidirectional network also the first.</summary>
    Last,

    /// <summary>The mean over steps.</summary>
    Mean,

    /// <summary>The largest value of each channel over steps.</summary>
    Max,

    /// <summary>A mean weighted by a learned softmax over steps.</summary>
    Attention,

    /// <summary>The mean and the largest value, concatenated.</summary>
    MeanMax,

    /// <summary>Means over overlapping segments of the row, concatenated: they keep coarse positions in time.</summary>
    Segments,
}
