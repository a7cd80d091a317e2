namespace Microsoft.ML.Extensions.Sequence;

/// <summary>What a <see cref="ScanBlock"/> has around its scans.</summary>
/// <param name="Channels">D.</param>
/// <param name="ConvolutionWidth">The steps that the convolution sees; 0 leaves it out, with the norms and the residual sum.</param>
/// <param name="Bidirectional">Whether a second scan runs from the end; the convolution is then centred, where it else looks back.</param>
/// <param name="Dropout">The part of the block's output that training drops.</param>
internal sealed record ScanBlockSettings(int Channels, int ConvolutionWidth, bool Bidirectional, double Dropout);
