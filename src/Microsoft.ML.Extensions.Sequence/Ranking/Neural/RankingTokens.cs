namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The encoder of the vectors of terms, for the networks of a fit.</summary>
/// <param name="Encoder">The encoder.</param>
/// <param name="Cache">The vectors computed in the fit, and later in scoring.</param>
internal sealed record RankingTokens(TextEncoder Encoder, TokenVectorCache Cache)
{
    /// <summary>The part of a network that reads with the encoder.</summary>
    /// <exception cref="ObjectDisposedException">The encoder was disposed.</exception>
    public FrozenEncoder Frozen() => new(Encoder.Rent(), Cache);

    /// <summary>The same, to be trained.</summary>
    /// <param name="rate">The learning rate of its weights, divided by that of the run.</param>
    /// <exception cref="ObjectDisposedException">The encoder was disposed.</exception>
    public TrainedEncoder Trained(double rate)
    {
        using var lease = Encoder.Rent();
        return lease.Use(model => TrainedEncoder.Of(model, rate));
    }
}
