using Microsoft.ML.Extensions.Columns;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Networks;

/// <summary>Makes one vector of the valid steps of each row: <c>[B, T, D]</c> to <c>[B, Width]</c>.</summary>
internal sealed class SequencePooler : nn.Module<Tensor, InputBatch, Tensor>
{
    private readonly SequencePooling _pooling;
    private readonly bool _bidirectional;
    private readonly Parameter? query;

    /// <param name="pooling">The way.</param>
    /// <param name="channels">D.</param>
    /// <param name="bidirectional">True where scans end at the first step too, which <see cref="SequencePooling.Last"/> then takes as well.</param>
    public SequencePooler(SequencePooling pooling, long channels, bool bidirectional)
        : base(nameof(SequencePooler))
    {
        (_pooling, _bidirectional) = (pooling, bidirectional);
        Width = pooling == SequencePooling.MeanMax || (pooling == SequencePooling.Last && bidirectional) ? 2 * channels : channels;
        query = pooling == SequencePooling.Attention ? Initial.Zeros(channels) : null;
        RegisterComponents();
    }

    /// <summary>The length of the pooled vector.</summary>
    public long Width { get; }

    public override Tensor forward(Tensor steps, InputBatch batch) => _pooling switch
    {
        SequencePooling.Last => Last(steps, batch),
        SequencePooling.Mean => Mean(steps, batch),
        SequencePooling.Max => Max(steps, batch),
        SequencePooling.Attention => Attend(steps, batch),
        _ => cat([Mean(steps, batch), Max(steps, batch)], -1),
    };

    private static Tensor Mean(Tensor steps, InputBatch batch) => (steps * batch.Mask).sum(1) / batch.Mask.sum(1);

    private static Tensor Max(Tensor steps, InputBatch batch) => steps.masked_fill(batch.Mask.eq(0), float.NegativeInfinity).amax([1]);

    private Tensor Attend(Tensor steps, InputBatch batch)
    {
        var scores = steps.matmul(query!).unsqueeze(-1) / Math.Sqrt(steps.shape[2]);
        var weights = scores.masked_fill(batch.Mask.eq(0), float.NegativeInfinity).softmax(1);
        return (steps * weights).sum(1);
    }

    private Tensor Last(Tensor steps, InputBatch batch)
    {
        var index = tensor(batch.Lengths, ScalarType.Int64, steps.device).view(-1, 1, 1) - 1;
        var last = steps.gather(1, index.expand(-1, 1, steps.shape[2])).squeeze(1);
        return _bidirectional ? cat([last, steps.select(1, 0)], -1) : last;
    }
}
