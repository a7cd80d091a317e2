namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Consecutive frames of a row.</summary>
/// <param name="Row">The row in its batch.</param>
/// <param name="Start">The first frame.</param>
/// <param name="Length">The number of frames.</param>
internal readonly record struct FrameClip(int Row, int Start, int Length);
