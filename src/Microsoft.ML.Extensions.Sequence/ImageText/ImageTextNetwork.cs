using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Numerics;
using Microsoft.ML.Extensions.Torch;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using RowBatches = System.Collections.Generic.IEnumerable<(Microsoft.ML.Extensions.Columns.RowStore Store, System.ArraySegment<int> Rows, Microsoft.ML.Extensions.Columns.RowPart Part)>;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Pairs to the vectors of image and sentence, of length 1, and their cosine, <c>[B, 2 E + 1]</c>.</summary>
/// <remarks>
/// With a base, the vectors are those of base and network one after the other, so that their cosine is the weighted mean of both. The network is
/// trained as it would be alone.
/// </remarks>
internal sealed class ImageTextNetwork : Network, IOwnLoss, IRandomized, ISolved, IStandardized
{
    // CLIP: cosines are divided by a temperature that is 0.07 at first and never below 0.01. SigLIP begins with 10 and -10.
    private const double FirstTemperature = 0.07;
    private const double FirstSigmoidScale = 10;
    private const double FirstOffset = -10;
    private static readonly Scalar s_mostScale = Math.Log(100);

    private readonly PairBase? solved;
    private readonly PairChannels? channels;
    private readonly Parameter? scale;
    private readonly Parameter? offset;
    private readonly ImageTextGoal _goal;
    private readonly ImageTextHead _head;
    private readonly double _baseWeight;
    private readonly int _budget;
    private readonly int _seed;

    public ImageTextNetwork(ImageTextMatchingOptions options, ImageTextDetails details, ImageTextHead head, Generator generator)
        : base(nameof(ImageTextNetwork))
    {
        (_goal, _head) = (options.Goal, head);
        (Input, Details) = (new ImageTextInput(options, details, ImageTextTask.Column(options)), details);
        (_baseWeight, _budget) = (options.BaseWeight, options.Training.MemoryBudgetMegabytes);
        if (details.BaseSize > 0)
        {
            _seed = (int)(TorchMemory.Uniform([1], generator).Item<float>() * int.MaxValue);
            solved = new PairBase(details);
        }
        if (details.BaseSize < options.EmbeddingSize)
        {
            var alone = OptionsCopy.Of(options);
            alone.EmbeddingSize -= details.BaseSize;
            channels = new PairChannels(alone, details, Randomness, generator);
            var isSigmoid = options.Objective == ImageTextObjective.Sigmoid;
            scale = Constant(isSigmoid ? Math.Log(FirstSigmoidScale) : -Math.Log(FirstTemperature));
            offset = isSigmoid ? Constant(FirstOffset) : null;
        }
        RegisterComponents();
    }

    public RandomSource Randomness { get; } = new();

    /// <summary>Reads images and sentences as this network does.</summary>
    public ImageTextInput Input { get; }

    /// <summary>What it was made for.</summary>
    public ImageTextDetails Details { get; }

    /// <summary>Where its numbers are.</summary>
    public Device Device => state_dict().Values.First().device;

    public bool BeginsSolved => false;

    // Images and sentences are columns of different statistics, so the task brings them.
    public void Standardize(ChannelStatistics statistics) => channels?.Standardize(_head.Survey!.Images, _head.Survey.Vectors);

    public void Solve(RowBatches batches, bool ofAll, Action checkAlive)
    {
        if (solved is null)
        {
            return;
        }
        var solver = new PairBaseSolver(solved, Details, _budget, _seed, checkAlive);
        foreach (var (store, rows, part) in batches)
        {
            if (ofAll || part == RowPart.Training)
            {
                solver.Add(store, rows);
            }
        }
        solver.Solve();
    }

    public override Tensor forward(InputBatch batch)
    {
        var (images, sentences, lengths) = Split(batch);
        var (ofImages, ofSentences) = (Images(images), Sentences(sentences, lengths));
        return cat([ofImages, ofSentences, (ofImages * ofSentences).sum(-1, keepdim: true)], 1);
    }

    /// <summary>The vectors of images, of length 1, <c>[B, E]</c>.</summary>
    public Tensor Images(Tensor values) => Joined(solved?.Images(values), channels?.Images(values));

    /// <summary>The vectors of sentences, of length 1, <c>[B, E]</c>.</summary>
    public Tensor Sentences(Tensor values, int[] lengths) => Joined(solved?.Sentences(values), channels?.Sentences(values, lengths));

    // The loss of a pair depends on the other pairs of its batch.
    public Tensor Losses(InputBatch batch, Tensor labels, OutputLoss loss)
    {
        var (values, numbers, lengths) = Split(batch);
        var (images, sentences) = (PairBatch.Unit(channels!.Images(values)), PairBatch.Unit(channels.Sentences(numbers, lengths)));
        var cosines = images.Times(sentences.transpose(0, 1));
        var (image, sentence) = (labels.select(1, 0), labels.select(1, 1));
        var same = image.unsqueeze(1).eq(image.unsqueeze(0)).logical_or(sentence.unsqueeze(1).eq(sentence.unsqueeze(0)));
        return ImageTextLosses.Of(
            _goal, cosines, same, scale!.clamp_max(s_mostScale).exp(), offset, training ? Randomness.Generator : null);
    }

    private (Tensor Images, Tensor Sentences, int[] Lengths) Split(InputBatch pairs) => PairChannels.Split(pairs, Details.Image.Values);

    private Tensor Joined(Tensor? ofBase, Tensor? ofNetwork) =>
        ofBase is null ? PairBatch.Unit(ofNetwork!)
        : ofNetwork is null ? PairBatch.Unit(ofBase)
        // The base of a single image is zero.
        : PairBatch.Unit(
            cat([PairBatch.Unit(ofBase).Scaled(Math.Sqrt(_baseWeight)), PairBatch.Unit(ofNetwork).Scaled(Math.Sqrt(1 - _baseWeight))], 1));

    private static Parameter Constant(double value) => new(Initial.Ones(1).detach().Scaled(value));
}
