namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The initial state matrix A of an LSSL, which defines what its state remembers of the past.</summary>
public enum StateMatrix
{
    /// <summary>HiPPO, scaled Legendre: the whole past with equal weight (Gu et al. 2020, arXiv 2008.07669). The paper's choice.</summary>
    LegS,

    /// <summary>HiPPO, translated Legendre: a window of the past.</summary>
    LegT,

    /// <summary>HiPPO, translated Laguerre: the past, fading exponentially.</summary>
    LagT,

    /// <summary>A random matrix without structure, shifted so that it is stable: the baseline.</summary>
    Random,

    /// <summary>S4D-Lin: a diagonal of <c>-1/2 + i pi n</c>, damped harmonics (Gu et al. 2022, arXiv 2206.11893).</summary>
    DiagonalLin,

    /// <summary>S4D-Inv: a diagonal of <c>-1/2 + i N/pi (N / (2 n + 1) - 1)</c>.</summary>
    DiagonalInv,

    /// <summary>S4D-LegS: the diagonal of the normal part of <see cref="LegS"/>. The default.</summary>
    DiagonalLegS,

    /// <summary>S4D-Real: a diagonal of <c>-(n + 1)</c>, decays without oscillation.</summary>
    DiagonalReal,
}
