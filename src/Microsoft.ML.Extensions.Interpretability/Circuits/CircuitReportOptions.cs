using System.ComponentModel.DataAnnotations;

namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>Options of a report.</summary>
public sealed class CircuitReportOptions
{
    /// <summary>The title. The default is "Circuit".</summary>
    [Required]
    public string Title { get; set; } = "Circuit";

    /// <summary>Edges drawn, the heaviest, 0 to 10,000. The default is 60.</summary>
    [Range(0, 10_000)]
    public int Edges { get; set; } = 60;

    /// <summary>Heads whose attention is shown, 0 to 1,000. The default is 8.</summary>
    [Range(0, 1_000)]
    public int Patterns { get; set; } = 8;

    /// <summary>Tokens of the example that are shown, from its beginning, 1 to 1,000. The default is 48.</summary>
    [Range(1, 1_000)]
    public int PatternTokens { get; set; } = 48;
}
