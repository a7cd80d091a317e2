using System.Text.Json;

namespace Microsoft.ML.Extensions.Scoring;

/// <summary>The base of a model.</summary>
/// <param name="Network">The name of its <see cref="NetworkKind"/>.</param>
/// <param name="Options">Its options.</param>
/// <param name="IsCorrected">Whether networks correct it; otherwise the scores are the base's alone.</param>
/// <param name="Gain">The mean decrease of the loss on rows that were not trained on; 0 where no network was trained.</param>
/// <param name="StandardError">The standard error of the gain.</param>
internal sealed record BaseDescription(string Network, JsonElement Options, bool IsCorrected, double Gain, double StandardError)
{
    /// <summary>Checks a description from a file.</summary>
    /// <exception cref="FormatException">No training gives these values.</exception>
    public void Check()
    {
        if (!double.IsFinite(Gain) || !double.IsFinite(StandardError) || StandardError < 0 || IsCorrected != (Gain > StandardError))
        {
            throw new FormatException("The gain of its network over its base, or the standard error of it, is not a possible result of training.");
        }
    }
}
