namespace Microsoft.ML.Extensions;

/// <summary>How often sets of classes held the label, and how large they were.</summary>
public sealed class SetMetrics
{
    internal SetMetrics(long rows, double coverage, double size, double single, double[] byClass) =>
        (Rows, Coverage, MeanSize, SingleShare, CoverageByClass) = (rows, coverage, size, single, byClass);

    /// <summary>The rows with a label.</summary>
    public long Rows { get; }

    /// <summary>The share of rows whose label is in the set.</summary>
    public double Coverage { get; }

    /// <summary>The mean number of classes in a set.</summary>
    public double MeanSize { get; }

    /// <summary>The share of sets of one class.</summary>
    public double SingleShare { get; }

    /// <summary>The share of the rows of each class whose set holds it; NaN for a class without rows.</summary>
    public IReadOnlyList<double> CoverageByClass { get; }
}
