using Microsoft.ML.Extensions.Columns;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Networks;

/// <summary>A network that can be computed step by step, or says why it cannot.</summary>
internal interface IStreamable
{
    /// <summary>
    /// Why it cannot go step by step in bounded memory, and which option to set, as a part of a sentence; null where it can.
    /// </summary>
    string? StreamingObstacle { get; }

    /// <summary>
    /// The outputs after further steps that follow <paramref name="state"/>: equal to those of forward for all steps so far.
    /// </summary>
    /// <param name="batch">The further steps, of the same number in every row.</param>
    /// <param name="state">The state after the steps before; the number of rows must not change.</param>
    /// <exception cref="NotSupportedException">There is an obstacle.</exception>
    Tensor Advance(InputBatch batch, StreamState state) =>
        throw new NotSupportedException($"The network cannot go step by step: {StreamingObstacle}.");

    /// <summary>The network as a streamable one.</summary>
    static IStreamable Of(Network network) => network as IStreamable ?? WholeRows.Instance;

    private sealed class WholeRows : IStreamable
    {
        public static readonly WholeRows Instance = new();

        public string? StreamingObstacle => "it takes whole rows only";
    }
}
