namespace Microsoft.ML.Extensions.Kernels;

/// <summary>How depth over width, r, compares with the best ratio, r*.</summary>
public enum ArchitectureVerdict
{
    /// <summary>r is below a third of r*: the network is near its infinitely wide limit, in which it learns no features.</summary>
    TooWide,

    /// <summary>r is within a third and three times r*.</summary>
    NearOptimal,

    /// <summary>r is above three times r*: networks from different seeds differ much, and some do not train.</summary>
    TooDeep,

    /// <summary>The activation has no critical point, so r* is not defined.</summary>
    NoCriticalPoint,
}
