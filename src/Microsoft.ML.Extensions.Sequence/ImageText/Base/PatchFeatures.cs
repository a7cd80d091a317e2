using System.Numerics.Tensors;
using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;
using Tensor = TorchSharp.torch.Tensor;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>
/// Images to features without labels, <c>[B, C * H * W]</c> to <c>[B, F]</c>: the responses to whitened patches of training images, both signs
/// above a threshold, averaged over a grid.
/// </summary>
/// <remarks>
/// Coates, Ng 2011, "The Importance of Encoding Versus Training with Sparse Coding and Vector Quantization", with patches drawn at random as the
/// dictionary. Images above 32 pixels a side are averaged down to 32.
/// </remarks>
internal sealed class PatchFeatures : nn.Module<Tensor, Tensor>
{
    /// <summary>F.</summary>
    public const int Count = 2 * Filters * Grid * Grid;

    private const int MostSide = 32, MostSize = 6, Filters = 200, Grid = 3, Samples = 40_000;
    private const double Threshold = 0.25, Flat = 0.003, Whitening = 0.1;

    // Patches of less contrast show no more than a colour.
    private const double LeastContrast = 0.3;

    // A response map of one image takes over a megabyte.
    private const int ImagesTogether = 16;

    private readonly Tensor filters;
    private readonly Tensor offset;
    private readonly FrameShape _frame;
    private readonly FrameShape _small;
    private readonly int _height;
    private readonly int _width;

    public PatchFeatures(FrameShape frame)
        : base(nameof(PatchFeatures))
    {
        _frame = frame;
        _small = new(frame.Channels, Math.Min(frame.Height, MostSide), Math.Min(frame.Width, MostSide));
        (_height, _width) = (Math.Min(_small.Height, MostSize), Math.Min(_small.Width, MostSize));
        NetworkMemory.Ask(Filters, PatchValues);
        filters = zeros(Filters, frame.Channels, _height, _width);
        offset = zeros(Filters);
        register_buffer(nameof(filters), filters);
        register_buffer(nameof(offset), offset);
        RegisterComponents();
    }

    /// <summary>The shape of an image that was averaged down, <c>[1, C, h, w]</c>.</summary>
    public long[] SmallShape => [1, _small.Channels, _small.Height, _small.Width];

    /// <summary>Its numbers.</summary>
    public int SmallValues => _small.Values;

    private int PatchValues => _frame.Channels * _height * _width;

    /// <summary>Averages images down, to <c>[B, C, h, w]</c>.</summary>
    /// <param name="images"><c>[B, C * H * W]</c>.</param>
    public Tensor Shrink(Tensor images)
    {
        var given = images.view(-1, _frame.Channels, _frame.Height, _frame.Width);
        return _frame == _small ? given : nn.functional.adaptive_avg_pool2d(given, [_small.Height, _small.Width]);
    }

    public override Tensor forward(Tensor images) => OfSmall(Shrink(images));

    /// <summary>The features of images that were averaged down, <c>[B, F]</c>.</summary>
    /// <param name="images"><c>[B, C, h, w]</c>.</param>
    public Tensor OfSmall(Tensor images)
    {
        var parts = new List<Tensor>();
        for (long start = 0; start < images.shape[0]; start += ImagesTogether)
        {
            using var scope = NewDisposeScope();
            parts.Add(Some(images.narrow(0, start, Math.Min(ImagesTogether, images.shape[0] - start))).MoveToOuterDisposeScope());
        }
        return cat(parts);
    }

    /// <summary>Draws the filters.</summary>
    /// <param name="images">The training images, averaged down.</param>
    /// <param name="random">Draws the patches.</param>
    /// <param name="checkAlive">Throws when the fit was cancelled.</param>
    public void Learn(IReadOnlyList<float[]> images, Random random, Action checkAlive)
    {
        var samples = new float[Samples * PatchValues];
        for (var sample = 0; sample < Samples; sample++)
        {
            Draw(images[random.Next(images.Count)], random, samples.AsSpan(sample * PatchValues, PatchValues));
        }
        checkAlive();
        using var scope = NewDisposeScope();
        var all = samples.ToAligned(Samples, PatchValues);
        var mean = all.mean([0L], keepdim: true, type: ScalarType.Float64);
        var covariance = zeros(PatchValues, PatchValues, ScalarType.Float64);
        for (var start = 0; start < Samples; start += Samples / 10)
        {
            checkAlive();
            using var step = NewDisposeScope();
            var centred = all.narrow(0, start, Samples / 10).to_type(ScalarType.Float64).Minus(mean);
            covariance.addmm_(centred.t(), centred, 1, 1.0f / Samples);
        }
        var (values, vectors) = linalg.eigh(covariance);
        var whiten = (vectors / values.Plus(Whitening).sqrt()).mm(vectors.t());
        var chosen = Chosen(samples);
        if (chosen.Length == 0)
        {
            return;
        }
        var white = chosen.ToAligned(chosen.Length / PatchValues, PatchValues).to_type(ScalarType.Float64).Minus(mean).mm(whiten);
        // The whitened response of a patch, as a product with the patch itself.
        var learned = PairBatch.Unit(white).mm(whiten);
        var count = learned.shape[0];
        filters.narrow(0, 0, count).copy_(learned.view(count, _frame.Channels, _height, _width));
        offset.narrow(0, 0, count).copy_(learned.mm(mean.t()).view(-1).neg());
    }

    // Contrast is normalised per patch; as the patch is linear in the image, that is done after the convolution.
    private Tensor Some(Tensor images)
    {
        long[] size = [_height, _width], steps = [1, 1];
        var plane = images.mean([1L], keepdim: true);
        var mean = nn.functional.avg_pool2d(plane, size, steps);
        var square = nn.functional.avg_pool2d(images.Squared().mean([1L], keepdim: true), size, steps);
        var deviation = nn.functional.relu(square.Minus(mean.Squared())).Plus(Flat).sqrt();
        var sums = filters.sum([1L, 2L, 3L]).view(1, -1, 1, 1);
        var responses = (Convolutions.OverImages(images, filters, null).Minus(mean * sums) / deviation).Plus(offset.view(1, -1, 1, 1));
        var both = cat([responses, responses.neg()], 1);
        return nn.functional.adaptive_avg_pool2d(nn.functional.relu(both.Minus(Threshold)), [Grid, Grid]).flatten(1);
    }

    // A patch with mean 0 and deviation 1, unless it is flat.
    private void Draw(float[] image, Random random, Span<float> patch)
    {
        var (top, left) = (random.Next(_small.Height - _height + 1), random.Next(_small.Width - _width + 1));
        for (var line = 0; line < _frame.Channels * _height; line++)
        {
            var row = (line / _height * _small.Height) + top + (line % _height);
            image.AsSpan((row * _small.Width) + left, _width).CopyTo(patch[(line * _width)..]);
        }
        TensorPrimitives.Subtract(patch, TensorPrimitives.Sum<float>(patch) / patch.Length, patch);
        var deviation = Math.Sqrt((TensorPrimitives.SumOfSquares<float>(patch) / patch.Length) + Flat);
        TensorPrimitives.Divide(patch, (float)deviation, patch);
    }

    private float[] Chosen(float[] samples)
    {
        var chosen = new List<float>(Filters * PatchValues);
        for (var sample = 0; sample < Samples && chosen.Count < Filters * PatchValues; sample++)
        {
            var patch = samples.AsSpan(sample * PatchValues, PatchValues);
            if (TensorPrimitives.SumOfSquares<float>(patch) > LeastContrast * PatchValues)
            {
                chosen.AddRange(patch);
            }
        }
        return [.. chosen];
    }
}
