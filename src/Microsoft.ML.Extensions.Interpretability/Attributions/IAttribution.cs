namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>Computes what the values of a row contribute to its output; serves one cursor or row.</summary>
internal interface IAttribution : IDisposable
{
    /// <summary>The attributions of a row.</summary>
    /// <param name="row">The values, <c>[T * C]</c>.</param>
    /// <param name="baseline">Those of the baseline, <c>[T * C]</c>.</param>
    /// <param name="attributions">Receives the attributions, <c>[T * C]</c>.</param>
    /// <returns>The output of the row less that of the baseline.</returns>
    /// <exception cref="ArithmeticException">An output is not finite, or the attributions miss its change; the message is a sentence without the row.</exception>
    double Of(ReadOnlySpan<float> row, ReadOnlySpan<float> baseline, Span<float> attributions);
}
