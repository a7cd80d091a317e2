using System.ComponentModel.DataAnnotations;

namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>How the representations of two models are compared.</summary>
public sealed class RepresentationOptions
{
    /// <summary>
    /// The rows of a batch, 4 to 4,096. Memory grows with its square times the layers of both models, and the biased CKA falls as it grows;
    /// the unbiased one does not depend on it. The default is 256.
    /// </summary>
    [Range(4, 4096)]
    public int BatchSize { get; set; } = 256;

    /// <summary>Stops the comparison between two batches, with an <see cref="OperationCanceledException"/>.</summary>
    public CancellationToken CancellationToken { get; set; }
}
