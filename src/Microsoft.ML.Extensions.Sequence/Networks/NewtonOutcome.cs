namespace Microsoft.ML.Extensions.Networks;

/// <summary>How a run of Newton's iteration ended. The outputs are right in every case.</summary>
internal enum NewtonOutcome
{
    /// <summary>The residual was small after K iterations.</summary>
    Converged,

    /// <summary>It became small after more.</summary>
    Raised,

    /// <summary>It stayed large in places, and these were computed step by step.</summary>
    FellBack,
}
