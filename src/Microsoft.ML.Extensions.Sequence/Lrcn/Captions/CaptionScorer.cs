using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The likeliest next words by a decoder.</summary>
internal sealed class CaptionScorer(CaptionDecoder decoder, Tensor features) : ISentenceScorer
{
    private CaptionState _state = decoder.Start(features);

    public (float[] LogProbabilities, long[] Words) Next(long[] parents, long[] words, int count)
    {
        var device = features.device;
        var (next, state) = decoder.Step(tensor(words, device: device), _state.Select(tensor(parents, device: device)));
        _state = state;
        // All but the unknown word.
        var (values, indices) = next.topk((int)Math.Min(count, next.shape[1] - 1), -1);
        return (values.cpu().contiguous().AsSpan().ToArray(), indices.cpu().contiguous().data<long>().ToArray());
    }
}
