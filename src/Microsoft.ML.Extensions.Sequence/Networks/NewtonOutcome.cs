namespace Microsoft.ML.Extensions.Networks;

/// <summary>The outcome of a run of Newton's iteration. The outputs are correct in every case.</summary>
internal enum NewtonOutcome
{
    /// <summary>The residual was small after K iterations.</summary>
    Converged,

    /// <summary>It became small after further iterations.</summary>
    Raised,

    /// <summary>It stayed large in some places, which were computed step by step.</summary>
    FellBack,
}
