namespace Microsoft.ML.Extensions;

/// <summary>How the weights that are kept are distributed over matrices; each gate of a cell counts as a matrix.</summary>
public enum SparsityDistribution
{
    /// <summary>The same density in all of them.</summary>
    Uniform,

    /// <summary>Densities proportional to (in + out) / (in out), at most 1: large matrices are sparser (Mocanu et al. 2018, arXiv 1707.04780).</summary>
    ErdosRenyi,

    /// <summary>As <see cref="ErdosRenyi"/>, where a convolution's kernel counts too (Evci et al. 2020, arXiv 1911.11134).</summary>
    ErdosRenyiKernel,

    /// <summary>The best scores of all matrices together; each keeps at least one weight.</summary>
    Global,
}
