namespace Microsoft.ML.Extensions;

/// <summary>How unlike its prediction a class is, by which sets of classes are chosen.</summary>
public enum ConformalSetMethod
{
    /// <summary>1 - p: the smallest sets on average (Sadinle, Lei, Wasserman 2019, arXiv 1609.00451).</summary>
    LeastAmbiguous,

    /// <summary>
    /// The probability of all classes that are as probable or more: larger sets, whose size follows how hard the row is (Romano, Sesia, Candès
    /// 2020, arXiv 2006.02544, without the random part).
    /// </summary>
    Adaptive,
}
