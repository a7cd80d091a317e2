namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Linear maps from the features of images, F, and of sentences, V, into one space.</summary>
/// <param name="Image"><c>[F, E]</c>.</param>
/// <param name="ImageOffset"><c>[E]</c>.</param>
/// <param name="Text"><c>[V, E]</c>.</param>
/// <param name="TextOffset"><c>[E]</c>.</param>
internal sealed record PairMaps(float[] Image, float[] ImageOffset, float[] Text, float[] TextOffset);
