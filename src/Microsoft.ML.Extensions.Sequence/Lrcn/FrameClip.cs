namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Frames of a row that follow one another.</summary>
/// <param name="Row">The row in its batch.</param>
/// <param name="Start">The first frame.</param>
/// <param name="Length">How many there are.</param>
internal readonly record struct FrameClip(int Row, int Start, int Length);
