using System.Text.Json;

namespace Microsoft.ML.Extensions.Scoring;

/// <summary>The base of a model.</summary>
/// <param name="Network">The name of its <see cref="NetworkKind"/>.</param>
/// <param name="Options">Its options.</param>
/// <param name="IsCorrected">Whether networks correct it; else it answers alone.</param>
/// <param name="Gain">The mean by which they lowered the loss of rows that were not learned from; 0 where none was trained.</param>
/// <param name="StandardError">Of the gain.</param>
internal sealed record BaseDescription(string Network, JsonElement Options, bool IsCorrected, double Gain, double StandardError)
{
    /// <summary>Checks what a file says.</summary>
    /// <exception cref="FormatException">No training leaves it.</exception>
    public void Check()
    {
        if (!double.IsFinite(Gain) || !double.IsFinite(StandardError) || StandardError < 0 || IsCorrected != (Gain > StandardError))
        {
            throw new FormatException("The gain of its network over its base is none that training leaves.");
        }
    }
}
