namespace Microsoft.ML.Extensions.Kernels;

/// <summary>A kernel on the unit sphere: a function of the inner product of two rows alone.</summary>
internal interface IKernelFunction
{
    /// <summary>The value of a row with itself: 1 for the kernel of a network, infinite for the logarithm of a singular kernel.</summary>
    double AtOne { get; }

    /// <summary>Replaces inner products by kernel values; values outside [-1, 1] by rounding are clamped.</summary>
    void Apply(Span<double> products);
}
