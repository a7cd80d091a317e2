using System.ComponentModel.DataAnnotations;

namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>Options of <c>ml.Model.Report</c>.</summary>
public sealed class ReportOptions
{
    /// <summary>The title of the page. The default is <c>Model report</c>.</summary>
    [Required]
    public string Title { get; set; } = "Model report";

    /// <summary>The label column of the scored rows. The default is <c>Label</c>.</summary>
    [Required]
    public string LabelColumnName { get; set; } = "Label";

    /// <summary>The rows that are read, from the first, 1 to 1,000,000. The page says so if there are more. The default is 10,000.</summary>
    [Range(1, 1_000_000)]
    public int MaxRows { get; set; } = 10_000;

    /// <summary>The rows with the largest errors that are listed, 0 to 1,000. The default is 20.</summary>
    [Range(0, 1_000)]
    public int WorstRows { get; set; } = 20;

    /// <summary>How often each channel, or each time or value of one channel, is permuted for its importance, 0 (no importance) to 1,000. The default is 3.</summary>
    [Range(0, 1_000)]
    public int PermutationCount { get; set; } = 3;

    /// <summary>The rows whose explanation is drawn, those with the largest errors, 0 to 100. The default is 3.</summary>
    [Range(0, 100)]
    public int ExplainedRows { get; set; } = 3;
}
