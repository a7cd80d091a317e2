namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The order of a sequence's values in a flat row.</summary>
public enum SequenceLayout
{
    /// <summary>All channels of the first step, then all of the second: the order of [T, C].</summary>
    TimeMajor,

    /// <summary>All steps of the first channel, then all of the second: the order of [C, T].</summary>
    ChannelMajor,
}
