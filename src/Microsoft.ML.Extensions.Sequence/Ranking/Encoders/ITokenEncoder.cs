namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Gives the vectors of a text's tokens, the input of interaction models of query and document.</summary>
/// <remarks>
/// <see cref="WordVectors"/> give a word the same vector everywhere; those of a <see cref="TextEncoder"/> depend on the text around it.
/// </remarks>
public interface ITokenEncoder
{
    /// <summary>D, the numbers of a vector.</summary>
    int Dimensions { get; }

    /// <summary>The vectors of each text.</summary>
    /// <param name="texts">The texts; an empty one has no tokens.</param>
    /// <param name="cancellationToken">Ends the work between batches.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    IReadOnlyList<TokenVectors> EncodeTokens(IReadOnlyList<string> texts, CancellationToken cancellationToken = default);
}
