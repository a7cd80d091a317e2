using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Torch;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The vectors of the terms of a batch, <c>[U + 1, D]</c>: trained, or given and fixed.</summary>
internal sealed class WordTable : TermTable
{
    private readonly Parameter? learned;
    private readonly Tensor? given;
    private readonly Tensor unknown;

    /// <param name="count">The size of the vocabulary.</param>
    /// <param name="width">D.</param>
    /// <param name="vectors">The vector of each vocabulary index, null for one that has none; null to initialise all at random.</param>
    /// <param name="learns">Whether they are trained.</param>
    /// <param name="generator">The source of random vectors.</param>
    public WordTable(int count, int width, IReadOnlyList<float[]?>? vectors, bool learns, Generator generator)
        : base(nameof(WordTable), width)
    {
        var values = Initial.Normal(1 / Math.Sqrt(width), generator, count, width);
        NetworkMemory.Ask(count);
        unknown = zeros(count);
        var marks = unknown.AsSpan();
        marks[TermVocabulary.Unknown] = 1;
        for (var id = 0; vectors is not null && id < count; id++)
        {
            if (vectors[id] is { } vector)
            {
                vector.CopyTo(values.AsSpan().Slice(id * width, width));
            }
            else if (id >= TermVocabulary.FirstTerm)
            {
                marks[id] = 1;
            }
        }
        register_buffer(nameof(unknown), unknown);
        if (learns)
        {
            learned = values;
        }
        else
        {
            given = values.detach();
            register_buffer(nameof(given), given);
        }
        RegisterComponents();
    }

    public override Tensor forward(PairBatch batch) => (learned ?? given!).index_select(0, batch.Words) * batch.TermMask;

    public override Tensor Unknown(PairBatch batch) => unknown.index_select(0, batch.Words);
}
