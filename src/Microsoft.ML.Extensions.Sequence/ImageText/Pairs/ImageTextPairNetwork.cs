using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Numerics;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Pairs to the logit that they match, <c>[B, 1]</c>: a hidden layer over both vectors and their products.</summary>
internal sealed class ImageTextPairNetwork : Network, IRandomized, IStandardized
{
    private readonly PairChannels channels;
    private readonly LinearLayer hidden;
    private readonly LinearLayer exit;
    private readonly SeededDropout dropout;
    private readonly ImageTextPairHead _head;

    public ImageTextPairNetwork(ImageTextPairOptions options, ImageTextDetails details, ImageTextPairHead head, Generator generator)
        : base(nameof(ImageTextPairNetwork))
    {
        _head = head;
        channels = new PairChannels(options, details, Randomness, generator);
        hidden = new LinearLayer(3 * options.EmbeddingSize, options.HiddenSize, generator);
        exit = new LinearLayer(options.HiddenSize, 1, generator);
        dropout = new SeededDropout(options.Dropout, Randomness);
        RegisterComponents();
    }

    public RandomSource Randomness { get; } = new();

    public void Standardize(ChannelStatistics statistics) => channels.Standardize(_head.Survey!.Images, _head.Survey.Vectors);

    public override Tensor forward(InputBatch batch)
    {
        var (images, sentences) = channels.Pairs(batch);
        var joined = cat([images, sentences, images * sentences], 1);
        return exit.call(dropout.call(nn.functional.relu(hidden.call(joined))));
    }
}
