namespace Microsoft.ML.Extensions.Training;

/// <summary>How sparse a network was while it was trained.</summary>
/// <param name="ExploredShare">The part of the target weights that were live at any time.</param>
/// <param name="MeanDensity">The part of the weights of all matrices that were live, the mean over the planned steps.</param>
/// <param name="PeakDensity">The largest such part in a step.</param>
internal sealed record SparseCourse(double ExploredShare, double MeanDensity, double PeakDensity)
{
    /// <summary>The mean of an ensemble, whose networks are trained one after the other; null for none.</summary>
    public static SparseCourse? Mean(IReadOnlyList<SparseCourse> courses) => courses.Count == 0 ? null : new(
        courses.Average(course => course.ExploredShare), courses.Average(course => course.MeanDensity), courses.Max(course => course.PeakDensity));
}
