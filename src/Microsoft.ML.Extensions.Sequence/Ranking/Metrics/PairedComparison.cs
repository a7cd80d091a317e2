namespace Microsoft.ML.Extensions.Sequence;

/// <summary>A comparison of two systems on the same queries.</summary>
public sealed class PairedComparison
{
    internal PairedComparison(double[] differences, double pValue)
    {
        (Queries, PValue, Difference) = (differences.Length, pValue, differences.Average());
        Better = differences.Count(difference => difference > 0);
        Worse = differences.Count(difference => difference < 0);
        StandardError = Queries < 2 ? double.NaN
            : Math.Sqrt(differences.Sum(difference => Math.Pow(difference - Difference, 2)) / (Queries - 1) / Queries);
    }

    /// <summary>The number of queries.</summary>
    public int Queries { get; }

    /// <summary>The mean over queries of the first system's metric minus the second's.</summary>
    public double Difference { get; }

    /// <summary>The standard error of that mean; NaN for a single query.</summary>
    public double StandardError { get; }

    /// <summary>
    /// The two-sided p-value: the probability of a difference at least as large if the systems were exchanged at random for each query
    /// (Fisher's randomization test; Smucker, Allan and Carterette 2007). 0.05 or less is commonly called significant.
    /// </summary>
    public double PValue { get; }

    /// <summary>The number of queries for which the first system is better.</summary>
    public int Better { get; }

    /// <summary>The number of queries for which the first system is worse.</summary>
    public int Worse { get; }
}
