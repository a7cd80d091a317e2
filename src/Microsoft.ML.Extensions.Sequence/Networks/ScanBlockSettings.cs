namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Settings of a <see cref="ScanBlock"/>.</summary>
/// <param name="Channels">D.</param>
/// <param name="ConvolutionWidth">
/// The width of the convolution in steps; 0 leaves it out, with the norms and the residual connection.
/// </param>
/// <param name="Bidirectional">Whether a second scan runs from the end; the convolution is then centred instead of causal.</param>
/// <param name="Dropout">The part of the block's output that training drops.</param>
internal sealed record ScanBlockSettings(int Channels, int ConvolutionWidth, bool Bidirectional, double Dropout);
