using Microsoft.ML.Extensions.Numerics;
using Microsoft.ML.Extensions.Numerics.DenseRecurrence;
using Microsoft.ML.Extensions.Numerics.StateSpace;

namespace Microsoft.ML.Extensions.Managed;

/// <summary><c>activation(W x + b) + residual</c> for many rows; rows of the input may overlap, as the windows of a convolution do.</summary>
internal sealed unsafe class ManagedLinear
{
    // As many rows of the product as stay in the cache until they are finished: more where the weights do not stay there from one tile to the next.
    private const int SmallTile = 32, LargeTile = 128;
    private const long WeightsInCache = 1 << 16;

    private readonly LaneKernels _kernels;
    private readonly PackedMatrix _weight;
    private readonly AlignedArray? _bias;
    private readonly LaneActivation _activation;
    private readonly float _slope;
    private readonly int _tile;

    /// <param name="kernels">The kernels.</param>
    /// <param name="weight">W, <c>[K, D]</c>.</param>
    /// <param name="bias">b, <c>[K]</c>; null for none.</param>
    /// <param name="inputs">D.</param>
    /// <param name="outputs">K.</param>
    /// <param name="activation">The activation.</param>
    /// <param name="slope">Of a leaky ReLU.</param>
    /// <param name="places">Where the numbers of a row stand from its first, <c>[D]</c>; null for one after the other.</param>
    public ManagedLinear(
        LaneKernels kernels, ReadOnlySpan<float> weight, float[]? bias, int inputs, int outputs, LaneActivation activation = LaneActivation.None,
        float slope = 0, int[]? places = null)
    {
        (_kernels, Inputs, Outputs, _activation, _slope) = (kernels, inputs, outputs, activation, slope);
        var padded = (outputs + kernels.Width - 1) / kernels.Width * kernels.Width;
        var all = new AlignedArray((nint)padded * inputs);
        weight.CopyTo(all.Span);
        all.Span[weight.Length..].Clear();
        _weight = PackedMatrix.Of(all.Start, inputs, padded, 1, inputs, kernels.Width, isKept: true, places: places);
        _bias = bias is null ? null : new AlignedArray(bias);
        _tile = (long)padded * inputs > WeightsInCache ? LargeTile : SmallTile;
        GC.KeepAlive(all);
    }

    /// <summary>D.</summary>
    public int Inputs { get; }

    /// <summary>K.</summary>
    public int Outputs { get; }

    /// <summary>The multiplications of a row.</summary>
    public long Work => (long)Inputs * Outputs;

    /// <summary>Computes rows.</summary>
    /// <param name="rows">How many.</param>
    /// <param name="input">The first row.</param>
    /// <param name="inputStride">Numbers from a row to the next.</param>
    /// <param name="output">The first row; not the input.</param>
    /// <param name="outputStride">Numbers from a row to the next.</param>
    /// <param name="scratch">The thread's memory.</param>
    /// <param name="residual">What is added last, in rows of K; null for nothing.</param>
    public void Run(int rows, float* input, nint inputStride, float* output, nint outputStride, Scratch scratch, float* residual = null)
    {
        using var mark = scratch.Begin();
        var direct = _weight.Columns == Outputs;
        var needsFinish = _bias is not null || _activation != LaneActivation.None || residual != null;
        var product = direct ? null : scratch.Take((nint)Math.Min(_tile, rows) * _weight.Columns);
        for (var first = 0; first < rows; first += _tile)
        {
            var count = Math.Min(_tile, rows - first);
            var target = direct ? output : product;
            var stride = direct ? outputStride : _weight.Columns;
            _kernels.Product(count, _weight, input, inputStride, target, stride);
            if (!direct || needsFinish)
            {
                _kernels.Finish(
                    count, Outputs, target, stride, _bias is null ? null : _bias.Start, _activation, _slope, residual, Outputs, output,
                    outputStride);
            }
            input += count * inputStride;
            output += count * outputStride;
            residual = residual == null ? null : residual + ((nint)count * Outputs);
        }
        GC.KeepAlive(this);
    }

    /// <inheritdoc cref="Run(int, float*, nint, float*, nint, Scratch, float*)"/>
    /// <remarks>Rows follow each other.</remarks>
    public void Run(int rows, float* input, float* output, Scratch scratch, float* residual = null) =>
        Run(rows, input, Inputs, output, Outputs, scratch, residual);
}
