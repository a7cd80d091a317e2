namespace Microsoft.ML.Extensions.Numerics.Attention;

/// <summary>The sizes of attention with one fixed query per head over all prefixes of a sequence.</summary>
/// <param name="Batch">B, rows.</param>
/// <param name="Steps">T, steps of the longest row; rows are right-padded.</param>
/// <param name="Heads">Queries, each with its own share of the channels.</param>
/// <param name="HeadChannels">W, channels of a head.</param>
internal readonly record struct AttentionShape(int Batch, int Steps, int Heads, int HeadChannels)
{
    /// <summary>One number a head and step.</summary>
    public nint ScoreCount => (nint)Batch * Steps * Heads;

    /// <summary>W numbers a head and step.</summary>
    public nint ValueCount => ScoreCount * HeadChannels;
}
