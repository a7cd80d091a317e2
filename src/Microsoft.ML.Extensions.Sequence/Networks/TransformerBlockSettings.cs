namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Settings of a <see cref="TransformerBlock"/>.</summary>
/// <param name="Channels">D.</param>
/// <param name="ConvolutionWidth">The width of the convolution in steps; 0 leaves it out.</param>
/// <param name="Causal">Whether no step depends on later ones; the convolution is then causal instead of centred.</param>
/// <param name="Normalizes">Whether the input of each layer is normalised (Ba et al. 2016, arXiv 1607.06450).</param>
/// <param name="AddsPositions">Whether <see cref="PositionFeatures"/> are added to the steps.</param>
/// <param name="Dropout">The part of each layer's output that training drops.</param>
internal sealed record TransformerBlockSettings(
    int Channels, int ConvolutionWidth, bool Causal, bool Normalizes, bool AddsPositions, double Dropout);
