namespace Microsoft.ML.Extensions.Tests;

/// <summary>The allowed difference between a fast path and its double-precision reference, in one table.</summary>
public static class Tolerance
{
    /// <summary>One step of float arithmetic on values of order one.</summary>
    public const double Single = 1e-5;

    /// <summary>Gradients summed over many steps, relative to their largest entry.</summary>
    public const double SingleGradient = 1e-4;

    public const double Double = 1e-12;
}
