using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Numerics;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Images to vectors, <c>[B, C * H * W]</c> to <c>[B, E]</c>: a convolutional network, and a linear layer.</summary>
internal sealed class PictureChannel : nn.Module<Tensor, Tensor>
{
    private readonly ImageDistortion distortion;
    private readonly FrameEncoder encoder;
    private readonly LinearLayer exit;

    public PictureChannel(ImageTextOptions options, FrameShape frame, RandomSource randomness, Generator generator)
        : base(nameof(PictureChannel))
    {
        distortion = new ImageDistortion(options.Image.Distortion, frame, randomness);
        encoder = new FrameEncoder(options.Encoder, frame, randomness, generator);
        exit = new LinearLayer(options.HiddenSize, options.EmbeddingSize, generator);
        RegisterComponents();
    }

    /// <summary>Sets the statistics of the training data, and loads the weights of a backbone from its file.</summary>
    public void Standardize(ChannelStatistics statistics) => encoder.Standardize(statistics);

    public override Tensor forward(Tensor images) => exit.call(encoder.call(distortion.call(images)));
}
