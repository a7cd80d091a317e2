using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The state of a <see cref="CaptionDecoder"/> for a number of sentences.</summary>
/// <param name="Features">The visual features, <c>[N, H]</c>.</param>
/// <param name="Language">The LSTM over words.</param>
/// <param name="Description">The LSTM over its output and the features.</param>
internal sealed record CaptionState(Tensor Features, LstmState Language, LstmState Description)
{
    /// <summary>The state of other sentences, each of which continues one of these.</summary>
    public CaptionState Select(Tensor parents) =>
        new(Features.index_select(0, parents), Select(Language, parents), Select(Description, parents));

    private static LstmState Select(LstmState state, Tensor parents) =>
        new(state.Output.index_select(0, parents), state.Cell.index_select(0, parents));
}
