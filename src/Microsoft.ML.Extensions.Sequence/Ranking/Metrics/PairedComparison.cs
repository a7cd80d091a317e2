namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Two systems on the same queries.</summary>
public sealed class PairedComparison
{
    internal PairedComparison(double[] differences, double pValue)
    {
        (Queries, PValue, Difference) = (differences.Length, pValue, differences.Average());
        Better = differences.Count(difference => difference > 0);
        Worse = differences.Count(difference => difference < 0);
        StandardError = Queries < 2 ? double.NaN : Math.Sqrt(differences.Sum(difference => Math.Pow(difference - Difference, 2)) / (Queries - 1) / Queries);
    }

    /// <summary>How many queries both were evaluated on.</summary>
    public int Queries { get; }

    /// <summary>The mean over queries of the first system's metric less the second's.</summary>
    public double Difference { get; }

    /// <summary>The standard error of that mean; NaN for a single query.</summary>
    public double StandardError { get; }

    /// <summary>
    /// The chance of a difference as large, of either sign, where for each query it is a coin's toss which system is which (Fisher's randomization
    /// test; Smucker, Allan and Carterette 2007). 0.05 and less is commonly taken for a difference that is not by chance.
    /// </summary>
    public double PValue { get; }

    /// <summary>For how many queries the first system is better.</summary>
    public int Better { get; }

    /// <summary>For how many queries the first system is worse.</summary>
    public int Worse { get; }
}
