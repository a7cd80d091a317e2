using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The features of sentences minus their weighted mean, <c>[N, V]</c>, as products with it: itself it would not be sparse.</summary>
internal sealed class CentredTexts
{
    private readonly SparseRows _texts;
    private readonly Tensor _weights;
    private readonly Action _checkAlive;

    /// <param name="texts">The features.</param>
    /// <param name="weights">The weights of the rows, with mean 1.</param>
    /// <param name="checkAlive">Throws when the fit was cancelled.</param>
    public CentredTexts(SparseRows texts, double[] weights, Action checkAlive)
    {
        (_texts, _weights, _checkAlive) = (texts, weights.ToAligned(weights.Length, 1), checkAlive);
        Mean = Transposed(_weights).t() / _weights.sum();
    }

    /// <summary>The mean, <c>[1, V]</c>.</summary>
    public Tensor Mean { get; }

    /// <summary>The product with <c>[V, r]</c>.</summary>
    public Tensor Times(Tensor right)
    {
        using var scope = NewDisposeScope();
        var dense = right.contiguous();
        var product = zeros(_texts.Rows, dense.shape[1], ScalarType.Float64);
        _texts.Times(dense.AsDoubles(), (int)dense.shape[1], product.AsDoubles(), _checkAlive);
        return product.Minus(Mean.mm(dense)).MoveToOuterDisposeScope();
    }

    /// <summary>The product of the transposed matrix, its rows weighted, with <c>[N, r]</c>.</summary>
    public Tensor TransposedTimes(Tensor right)
    {
        using var scope = NewDisposeScope();
        var weighted = (right * _weights).contiguous();
        return Transposed(weighted).Minus(Mean.t().mm(weighted.sum([0L], keepdim: true))).MoveToOuterDisposeScope();
    }

    private Tensor Transposed(Tensor right)
    {
        var product = zeros(_texts.Columns, right.shape[1], ScalarType.Float64);
        _texts.TransposedTimes(right.AsDoubles(), (int)right.shape[1], product.AsDoubles(), _checkAlive);
        return product;
    }
}
