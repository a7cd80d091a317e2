using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Numerics;
using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Given vectors to vectors of the common space, <c>[B, F]</c> to <c>[B, E]</c>: a linear map plus a layer with ReLU.</summary>
/// <remarks>The linear map alone is what ridge regression learns; the layer adds to it.</remarks>
internal sealed class VectorChannel : nn.Module<Tensor, Tensor>
{
    private readonly Tensor mean;
    private readonly Tensor scale;
    private readonly LinearLayer map;
    private readonly LinearLayer entry;
    private readonly LinearLayer exit;
    private readonly SeededDropout dropout;

    public VectorChannel(int values, ImageTextOptions options, RandomSource randomness, Generator generator)
        : base(nameof(VectorChannel))
    {
        mean = zeros(values);
        scale = ones(values);
        map = new LinearLayer(values, options.EmbeddingSize, generator);
        entry = new LinearLayer(values, options.HiddenSize, generator);
        exit = new LinearLayer(options.HiddenSize, options.EmbeddingSize, generator);
        dropout = new SeededDropout(options.Dropout, randomness);
        register_buffer(nameof(mean), mean);
        register_buffer(nameof(scale), scale);
        RegisterComponents();
    }

    /// <summary>Sets the statistics of the training data.</summary>
    public void Standardize(ChannelStatistics statistics)
    {
        using var scope = NewDisposeScope();
        mean.copy_(tensor(statistics.Mean.ToArray()));
        scale.copy_(tensor(statistics.Scale()));
    }

    public override Tensor forward(Tensor vectors)
    {
        var values = dropout.call(vectors.Minus(mean) / scale);
        return map.call(values).Plus(exit.call(dropout.call(nn.functional.relu(entry.call(values)))));
    }
}
