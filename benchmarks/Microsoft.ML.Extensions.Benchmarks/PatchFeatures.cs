using System.Numerics.Tensors;
using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Benchmarks;

/// <summary>
/// Images as numbers without training: responses to patches drawn from the training images, whitened, both signs above a threshold, averaged over a
/// grid (Coates, Ng 2011, "The Importance of Encoding Versus Training with Sparse Coding and Vector Quantization").
/// </summary>
internal sealed class PatchFeatures
{
    private const int Channels = 3, Size = 6, Values = Channels * Size * Size, Filters = 200, Grid = 3, Samples = 40_000;
    private const float Threshold = 0.25f, Flat = 0.003f;
    private const double Whitening = 0.1;

    private readonly int _side;
    private readonly float[][] _filters;
    private readonly float[] _offsets;

    /// <param name="images">The training images, <c>[3, S, S]</c> from 0 to 1.</param>
    /// <param name="side">S.</param>
    /// <param name="seed">Draws the patches.</param>
    public PatchFeatures(IReadOnlyList<float[]> images, int side, int seed)
    {
        _side = side;
        var random = new Random(seed);
        float[][] samples = [.. Enumerable.Range(0, Samples).Select(_ => Patch(images[random.Next(images.Count)], random.Next(Places), random.Next(Places)))];
        using var scope = NewDisposeScope();
        var values = tensor(samples.SelectMany(sample => sample).ToArray(), Samples, Values).to_type(ScalarType.Float64);
        var mean = values.mean([0L], keepdim: true);
        var centred = values - mean;
        var (eigenvalues, vectors) = linalg.eigh(centred.t().matmul(centred) / tensor(new double[] { Samples }));
        var whiten = (vectors / eigenvalues.Plus(Whitening).sqrt()).matmul(vectors.t());
        int[] chosen = [.. Enumerable.Range(0, Samples).Where(i => TensorPrimitives.Dot<float>(samples[i], samples[i]) > 0.3 * Values).Take(Filters)];
        var white = centred.index_select(0, tensor(Array.ConvertAll(chosen, i => (long)i))).matmul(whiten);
        // A patch's whitened response, as a product with the patch itself.
        var filters = (white / white.norm(1, keepdim: true)).matmul(whiten);
        _offsets = [.. filters.matmul(mean.t()).view(-1).neg().to_type(ScalarType.Float32).data<float>()];
        _filters = [.. filters.to_type(ScalarType.Float32).contiguous().data<float>().ToArray().Chunk(Values)];
    }

    /// <summary>The numbers of an image.</summary>
    public static int Count => 2 * Filters * Grid * Grid;

    private int Places => _side - Size + 1;

    /// <summary>The numbers of an image.</summary>
    public float[] Of(float[] image)
    {
        var (found, places) = (new float[Count], new int[Grid * Grid]);
        for (var row = 0; row < Places; row++)
        {
            for (var column = 0; column < Places; column++)
            {
                var (patch, cell) = (Patch(image, row, column), (row * Grid / Places * Grid) + (column * Grid / Places));
                places[cell]++;
                for (var filter = 0; filter < Filters; filter++)
                {
                    var (response, place) = (TensorPrimitives.Dot<float>(patch, _filters[filter]) + _offsets[filter], 2 * ((cell * Filters) + filter));
                    found[place] += Math.Max(0, response - Threshold);
                    found[place + 1] += Math.Max(0, -response - Threshold);
                }
            }
        }
        for (var i = 0; i < Count; i++)
        {
            found[i] /= places[i / (2 * Filters)];
        }
        return found;
    }

    // Of mean 0 and deviation 1, unless it is flat.
    private float[] Patch(float[] image, int row, int column)
    {
        var patch = new float[Values];
        for (var line = 0; line < Channels * Size; line++)
        {
            image.AsSpan((((line / Size * _side) + row + (line % Size)) * _side) + column, Size).CopyTo(patch.AsSpan(line * Size));
        }
        var mean = TensorPrimitives.Sum<float>(patch) / Values;
        TensorPrimitives.Subtract(patch, mean, patch);
        TensorPrimitives.Divide(patch, MathF.Sqrt((TensorPrimitives.Dot<float>(patch, patch) / Values) + Flat), patch);
        return patch;
    }
}
