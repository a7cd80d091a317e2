namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Classifies the values of <see cref="StateMatrix"/>.</summary>
internal static class StateMatrices
{
    public static bool IsDiagonal(this StateMatrix matrix) =>
        matrix is StateMatrix.DiagonalLin or StateMatrix.DiagonalInv or StateMatrix.DiagonalLegS or StateMatrix.DiagonalReal;

    /// <summary>The kernels that support it.</summary>
    public static LsslKernel[] Kernels(this StateMatrix matrix) =>
        matrix.IsDiagonal() ? [LsslKernel.Auto, LsslKernel.Vandermonde]
        : matrix == StateMatrix.Random ? [LsslKernel.Auto, LsslKernel.DenseKrylov]
        : [LsslKernel.Auto, LsslKernel.DenseKrylov, LsslKernel.Structured];

    public static bool Learns(this LsslLearning learning, LsslLearning part) => learning == part || learning == LsslLearning.All;
}
