namespace Microsoft.ML.Extensions.Sequence;

/// <summary>How the convolution kernel of an LSSL is computed. All methods that support a state matrix compute the same kernel.</summary>
public enum LsslKernel
{
    /// <summary>The fastest method for the state matrix and the device. The default.</summary>
    Auto,

    /// <summary>
    /// The Krylov vectors of the dense discrete matrix by repeated squaring: any matrix that is not diagonal, any device; the time of
    /// a length L and state N is <c>N^3 log L + N^2 L</c> a feature.
    /// </summary>
    DenseKrylov,

    /// <summary>
    /// One tridiagonal solve per step: <see cref="StateMatrix.LegS"/>, <see cref="StateMatrix.LegT"/> and <see cref="StateMatrix.LagT"/>
    /// with an <see cref="LsslOptions.Alpha"/> above 0, single precision on the CPU; time <c>N L</c> a feature.
    /// </summary>
    Structured,

    /// <summary>Sums of powers of the diagonal: the diagonal matrices, any device; time <c>N L</c> a feature.</summary>
    Vandermonde,
}
