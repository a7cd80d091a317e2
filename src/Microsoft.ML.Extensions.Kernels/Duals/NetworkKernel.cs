namespace Microsoft.ML.Extensions.Kernels;

/// <summary>The kernel of an infinitely wide network.</summary>
public enum NetworkKernel
{
    /// <summary>
    /// The neural network Gaussian process: the covariance of the outputs at random weights, Sigma_l = dual(Sigma_{l-1}); regression with
    /// it trains the last layer only.
    /// </summary>
    Nngp,

    /// <summary>
    /// The neural tangent kernel (Jacot et al. 2018, arXiv 1806.07572): K_l = Sigma_l + K_{l-1} dual'(Sigma_{l-1}); regression with it
    /// trains all layers.
    /// </summary>
    Ntk,
}
