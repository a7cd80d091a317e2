using System.ComponentModel.DataAnnotations;

namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>Options of <c>ml.Transforms.CalculateAttribution</c>.</summary>
public sealed class AttributionOptions
{
    /// <summary>How it is measured. The default is <see cref="AttributionMethod.Occlusion"/>.</summary>
    public AttributionMethod Method { get; set; } = AttributionMethod.Occlusion;

    /// <summary>
    /// The class whose log-odds are explained: its name, or its key from 1 where the label had no names; <c>True</c> or <c>False</c> for a binary model. The default,
    /// null, takes for each row the class that is predicted for it. A model of numbers has no classes.
    /// </summary>
    public string? Class { get; set; }

    /// <summary>
    /// The steps that are replaced together by occlusion, 0 to 1,000,000. The default, 0, takes 1 for columns of a fixed length without channels, such as
    /// tables, and a sixteenth of the row's steps for others. Windows begin at every half of their length.
    /// </summary>
    [Range(0, 1_000_000)]
    public int Window { get; set; }

    /// <summary>
    /// The points of the way from the baseline to the row at which gradients are taken first, 1 to 10,000; four times as many, up to 64 times, until the
    /// attributions sum to the change of the output. The default is 32.
    /// </summary>
    [Range(1, 10_000)]
    public int PathPoints { get; set; } = 32;

    /// <summary>
    /// By which part of the sum of their sizes the sum of integrated gradients may miss the change of the output, above 0 and at most 1; a row that misses it
    /// by more is an error. The default is 0.02.
    /// </summary>
    [Range(0.0, 1.0, MinimumIsExclusive = true)]
    public double Tolerance { get; set; } = 0.02;

    /// <summary>The name of the column of attributions, as long as the row. The default is <c>Attribution</c>.</summary>
    [Required]
    public string OutputColumnName { get; set; } = "Attribution";

    /// <summary>The name of the column with the output of the row less that of the baseline. The default is <c>AttributionChange</c>.</summary>
    [Required]
    public string ChangeColumnName { get; set; } = "AttributionChange";
}
