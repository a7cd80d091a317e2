using System.ComponentModel.DataAnnotations;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>What Standardize is in a model.</summary>
/// <param name="OutputColumnName">The column it makes.</param>
/// <param name="InputColumnName">The column it reads.</param>
/// <param name="Mean">What is taken from each channel, [C].</param>
/// <param name="Scale">What each channel is divided by, [C].</param>
internal sealed record Standardization(
    [property: Required] string OutputColumnName, [property: Required] string InputColumnName, double[] Mean, double[] Scale) : ICheckedOptions
{
    public int Channels => Mean.Length;

    IEnumerable<string> ICheckedOptions.Errors() =>
        Mean is { Length: > 0 } && Scale?.Length == Mean.Length && Mean.All(double.IsFinite) && Scale.All(scale => scale > 0 && double.IsFinite(scale)) ? []
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
