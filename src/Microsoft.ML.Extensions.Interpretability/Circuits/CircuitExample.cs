namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>A row of tokens for which a circuit is needed (positive), or a similar row for which it is not (negative).</summary>
public sealed class CircuitExample
{
    /// <param name="tokens">One or more tokens. They are copied.</param>
    /// <param name="isPositive">Whether the example is positive.</param>
    /// <param name="targets">
    /// The targets that methods with gradients or ablations measure; null for none. Negative examples need none, since only their
    /// activations are read.
    /// </param>
    /// <exception cref="ArgumentException">There is no token, or a target is not at one of them.</exception>
    public CircuitExample(IReadOnlyList<int> tokens, bool isPositive, IReadOnlyList<CircuitTarget>? targets = null)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        if (tokens.Count == 0)
        {
            throw new ArgumentException("The example has no token; give it at least one.", nameof(tokens));
        }
        foreach (var target in targets ?? [])
        {
            if (target.Position < 0 || target.Position >= tokens.Count)
            {
                throw new ArgumentException(
                    $"A target is at {target.Position}; the example has tokens 0 to {tokens.Count - 1}.", nameof(targets));
            }
        }
        (Tokens, IsPositive, Targets) = ([.. tokens], isPositive, [.. targets ?? []]);
    }

    /// <summary>The tokens.</summary>
    public IReadOnlyList<int> Tokens { get; }

    /// <summary>Whether the example is positive.</summary>
    public bool IsPositive { get; }

    /// <summary>The targets.</summary>
    public IReadOnlyList<CircuitTarget> Targets { get; }
}
