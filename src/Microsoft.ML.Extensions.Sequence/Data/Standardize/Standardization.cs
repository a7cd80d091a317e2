using System.ComponentModel.DataAnnotations;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The description of Standardize in a model file.</summary>
/// <param name="OutputColumnName">The output column.</param>
/// <param name="InputColumnName">The input column.</param>
/// <param name="Mean">The mean that is subtracted from each channel, [C].</param>
/// <param name="Scale">The divisor of each channel, [C].</param>
internal sealed record Standardization(
    [property: Required] string OutputColumnName, [property: Required] string InputColumnName, double[] Mean, double[] Scale)
        : ICheckedOptions
{
    public int Channels => Mean.Length;

    IEnumerable<string> ICheckedOptions.Errors() =>
        Mean is { Length: > 0 } && Scale?.Length == Mean.Length && Mean.All(double.IsFinite)
            && Scale.All(scale => scale > 0 && double.IsFinite(scale)) ? []
        : [$"Mean has {Mean?.Length} numbers and Scale {Scale?.Length}; allowed are finite ones, one a channel, those of Scale above 0."];

    /// <summary>z = (x - mean) / scale of a sequence [T, C]; NaN stays NaN.</summary>
    public void Apply(ReadOnlySpan<float> values, Span<float> standardized)
    {
        for (var start = 0; start < values.Length; start += Channels)
        {
            for (var channel = 0; channel < Channels; channel++)
            {
                standardized[start + channel] = (float)((values[start + channel] - Mean[channel]) / Scale[channel]);
            }
        }
    }
}
