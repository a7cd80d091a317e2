namespace Microsoft.ML.Extensions.Sequence;

/// <summary>What a <see cref="TransformerBlock"/> has around its attention and its position-wise layer.</summary>
/// <param name="Channels">D.</param>
/// <param name="ConvolutionWidth">The steps that the convolution sees; 0 leaves it out.</param>
/// <param name="Causal">Whether no step sees a later one: the convolution then looks back, where it else is centred.</param>
/// <param name="Normalizes">Whether each layer sees its steps normalised (Ba et al. 2016, arXiv 1607.06450).</param>
/// <param name="AddsPositions">Whether <see cref="PositionFeatures"/> are added to the steps.</param>
/// <param name="Dropout">The part of each layer's output that training drops.</param>
internal sealed record TransformerBlockSettings(
    int Channels, int ConvolutionWidth, bool Causal, bool Normalizes, bool AddsPositions, double Dropout);
