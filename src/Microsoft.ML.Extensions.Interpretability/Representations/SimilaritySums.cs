using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>
/// The estimates of HSIC between the layers of two models, averaged over batches; CKA is computed from the averages (Nguyen et al. 2021,
/// arXiv 2010.15327, section 3), since a mean of ratios of small batches is not the ratio of all rows.
/// </summary>
/// <param name="unbiased">Which estimate.</param>
/// <param name="layers">The layers of the first model.</param>
/// <param name="others">The layers of the second model.</param>
internal sealed class SimilaritySums(bool unbiased, int layers, int others)
{
    private readonly double[] _own = new double[layers];
    private readonly double[] _others = new double[others];
    private readonly double[,] _both = new double[layers, others];

    /// <summary>Adds a batch with a weight in proportion to its rows.</summary>
    /// <param name="first">The features of each layer of the first model, <c>[n, p]</c>.</param>
    /// <param name="second">Those of the second.</param>
    public void Add(IReadOnlyList<Tensor> first, IReadOnlyList<Tensor> second)
    {
        using var scope = NewDisposeScope();
        var (ones, others) = (Grams(first), Grams(second));
        var rows = (double)first[0].shape[0];
        // [L, n^2] times [M, n^2]: the inner products of all pairs.
        var factor = rows / (unbiased ? rows * (rows - 3) : (rows - 1) * (rows - 1));
        var products = ones.Times(others.t()).contiguous().AsDoubles();
        var squares = ones.Squared().sum([1]).AsDoubles();
        var otherSquares = others.Squared().sum([1]).AsDoubles();
        for (var i = 0; i < squares.Length; i++)
        {
            _own[i] += factor * squares[i];
            for (var j = 0; j < otherSquares.Length; j++)
            {
                _both[i, j] += factor * products[(i * otherSquares.Length) + j];
            }
        }
        for (var j = 0; j < otherSquares.Length; j++)
        {
            _others[j] += factor * otherSquares[j];
        }
    }

    /// <summary>CKA of two layers; 0 where one is constant.</summary>
    public double Of(int layer, int other)
    {
        var scale = Math.Sqrt(_own[layer]) * Math.Sqrt(_others[other]);
        return scale > 0 ? _both[layer, other] / scale : 0;
    }

    private Tensor Grams(IReadOnlyList<Tensor> features) =>
        stack([.. features.Select(rows => KernelAlignment.Centred(rows, unbiased).flatten())]);
}
