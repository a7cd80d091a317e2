namespace Microsoft.ML.Extensions.Kernels;

/// <summary>The solver of the kernel's linear system.</summary>
public enum KernelSolver
{
    /// <summary>
    /// <see cref="Cholesky"/> up to 10,000 different rows where the memory allows it, <see cref="ConjugateGradients"/> beyond. The default.
    /// </summary>
    Auto,

    /// <summary>Exactly, in double precision: the memory of n x n doubles, the time of n^3.</summary>
    Cholesky,

    /// <summary>
    /// Step by step to <see cref="NeuralTangentKernelOptions.Tolerance"/>, with kernel blocks recomputed in single precision whenever they
    /// are needed: the memory of n times <see cref="NeuralTangentKernelOptions.Landmarks"/> floats, the time of n^2 per step.
    /// </summary>
    ConjugateGradients,
}
