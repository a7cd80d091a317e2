namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The vectors of a text's tokens, <c>[T, D]</c>.</summary>
public sealed class TokenVectors
{
    private readonly float[] _values;

    internal TokenVectors(IReadOnlyList<string> tokens, float[] values, int dimensions) =>
        (Tokens, _values, Dimensions) = (tokens, values, dimensions);

    /// <summary>The T tokens in order; empty for a text without tokens.</summary>
    public IReadOnlyList<string> Tokens { get; }

    /// <summary>D.</summary>
    public int Dimensions { get; }

    /// <summary>All vectors, one after the other.</summary>
    public ReadOnlyMemory<float> Values => _values;

    /// <summary>The vector of a token.</summary>
    /// <param name="token">Its index, from 0 to T - 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such token.</exception>
    public ReadOnlySpan<float> this[int token]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(token);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(token, Tokens.Count);
            return _values.AsSpan(token * Dimensions, Dimensions);
        }
    }
}
