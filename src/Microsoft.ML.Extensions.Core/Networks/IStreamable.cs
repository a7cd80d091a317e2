using Microsoft.ML.Extensions.Columns;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Networks;

/// <summary>A network that goes step by step, or knows why it cannot.</summary>
internal interface IStreamable
{
    /// <summary>Why it cannot go step by step in bounded memory and what to set, as a part of a sentence; null where it can.</summary>
    string? StreamingObstacle { get; }

    /// <summary>
    /// The outputs after further steps of rows that go on from <paramref name="state"/>: what forward gives for all steps so far.
    /// </summary>
    /// <param name="batch">The further steps, of the same number in every row.</param>
    /// <param name="state">What the rows before it left; their number must not change.</param>
    /// <exception cref="NotSupportedException">There is an obstacle.</exception>
    Tensor Advance(InputBatch batch, StreamState state) =>
        throw new NotSupportedException($"The network cannot go step by step: {StreamingObstacle}.");

    /// <summary>The network as such a one.</summary>
    static IStreamable Of(Network network) => network as IStreamable ?? WholeRows.Instance;

    private sealed class WholeRows : IStreamable
    {
        public static readonly WholeRows Instance = new();

        public string? StreamingObstacle => "it takes whole rows only";
    }
}
