using System.ComponentModel.DataAnnotations;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>RM3 (Lavrenko and Croft 2001; Abdul-Jaleel et al. 2004): the query is expanded by words of the top documents.</summary>
public sealed class RelevanceFeedbackOptions
{
    /// <summary>The number of top documents.</summary>
    [Range(1, 1000)]
    public int Documents { get; set; } = 5;

    /// <summary>The number of words added.</summary>
    [Range(1, 10_000)]
    public int Terms { get; set; } = 20;

    /// <summary>The weight of the query's own words, 0 to 1; the added words have the rest.</summary>
    [Range(0d, 1d)]
    public double QueryWeight { get; set; } = .5;
}
