namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The errors of an approximation for one width.</summary>
/// <param name="Width">The inner width of the position-wise network.</param>
/// <param name="SupError">The largest error at the held-out sequences.</param>
/// <param name="RmsError">The root of the mean squared error at those that fill the box evenly.</param>
public readonly record struct WidthError(int Width, double SupError, double RmsError);
