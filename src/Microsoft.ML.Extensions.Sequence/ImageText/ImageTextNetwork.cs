using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Numerics;
using Microsoft.ML.Extensions.Torch;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Pairs to the vectors of image and sentence, of length 1, and their cosine, <c>[B, 2 E + 1]</c>.</summary>
internal sealed class ImageTextNetwork : Network, IOwnLoss, IRandomized, IStandardized
{
    // CLIP: cosines are divided by a temperature that is 0.07 at first and never below 0.01. SigLIP begins with 10 and -10.
    private const double FirstTemperature = 0.07;
    private const double FirstSigmoidScale = 10;
    private const double FirstOffset = -10;
    private static readonly Scalar s_mostScale = Math.Log(100);

    private readonly PairChannels channels;
    private readonly Parameter scale;
    private readonly Parameter? offset;
    private readonly ImageTextGoal _goal;
    private readonly ImageTextHead _head;

    public ImageTextNetwork(ImageTextMatchingOptions options, ImageTextDetails details, ImageTextHead head, Generator generator)
        : base(nameof(ImageTextNetwork))
    {
        (_goal, _head) = (options.Goal, head);
        (Input, Details) = (new ImageTextInput(options, details, ImageTextTask.Column(options)), details);
        channels = new PairChannels(options, details, Randomness, generator);
        var isSigmoid = options.Objective == ImageTextObjective.Sigmoid;
        scale = Constant(isSigmoid ? Math.Log(FirstSigmoidScale) : -Math.Log(FirstTemperature));
        offset = isSigmoid ? Constant(FirstOffset) : null;
        RegisterComponents();
    }

    public RandomSource Randomness { get; } = new();

    /// <summary>Reads images and sentences as this network does.</summary>
    public ImageTextInput Input { get; }

    /// <summary>What it was made for.</summary>
    public ImageTextDetails Details { get; }

    // Images and sentences are columns of different statistics, so the task brings them.
    public void Standardize(ChannelStatistics statistics) => channels.Standardize(_head.Survey!.Images, _head.Survey.Vectors);

    public override Tensor forward(InputBatch batch)
    {
        var (images, sentences) = channels.Pairs(batch);
        var (ofImages, ofSentences) = (PairBatch.Unit(images), PairBatch.Unit(sentences));
        return cat([ofImages, ofSentences, (ofImages * ofSentences).sum(-1, keepdim: true)], 1);
    }

    /// <summary>The vectors of images, of length 1, <c>[B, E]</c>.</summary>
    public Tensor Images(Tensor values) => PairBatch.Unit(channels.Images(values));

    /// <summary>The vectors of sentences, of length 1, <c>[B, E]</c>.</summary>
    public Tensor Sentences(Tensor values, int[] lengths) => PairBatch.Unit(channels.Sentences(values, lengths));

    // The loss of a pair depends on the other pairs of its batch.
    public Tensor Losses(InputBatch batch, Tensor labels, OutputLoss loss)
    {
        var (images, sentences) = channels.Pairs(batch);
        var cosines = PairBatch.Unit(images).Times(PairBatch.Unit(sentences).transpose(0, 1));
        var (image, sentence) = (labels.select(1, 0), labels.select(1, 1));
        var same = image.unsqueeze(1).eq(image.unsqueeze(0)).logical_or(sentence.unsqueeze(1).eq(sentence.unsqueeze(0)));
        return ImageTextLosses.Of(
            _goal, cosines, same, scale.clamp_max(s_mostScale).exp(), offset, training ? Randomness.Generator : null);
    }

    private static Parameter Constant(double value) => new(Initial.Ones(1).detach().Scaled(value));
}
