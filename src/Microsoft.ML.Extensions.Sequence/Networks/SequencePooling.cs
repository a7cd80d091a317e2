namespace Microsoft.ML.Extensions;

/// <summary>How the states of all steps become one vector for the row; padding never takes part.</summary>
public enum SequencePooling
{
    /// <summary>The last step; of a bidirectional network the first beside it.</summary>
    Last,

    /// <summary>The mean over steps.</summary>
    Mean,

    /// <summary>The largest value of each channel over steps.</summary>
    Max,

    /// <summary>A mean weighted by a learned softmax over steps.</summary>
    Attention,

    /// <summary>Mean and largest value side by side.</summary>
    MeanMax,

    /// <summary>Means over overlapping pieces of the row, side by side: they keep roughly where something happened.</summary>
    Segments,
}
