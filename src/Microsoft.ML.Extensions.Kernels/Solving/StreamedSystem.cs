using Microsoft.ML.Extensions.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Kernels;

/// <summary>
/// The system <c>(S K S + r) X = Y</c> of a kernel between n points of the sphere, a diagonal S above 0 and a number r above 0, whose
/// kernel is computed tile by tile in each product and never stored.
/// </summary>
/// <remarks>
/// Single precision tiles, double precision sums. A tile is used for both of its mirrored positions, so the operator is exactly symmetric.
/// </remarks>
internal sealed class StreamedSystem : IDisposable
{
    private const int Tile = 2048;

    // The rows of a tile between two checks for cancellation: kernels without polynomials are slow.
    private const int Strip = 128;

    private readonly Tensor _points;
    private readonly Tensor _scale;
    private readonly Scalar _ridge;
    private readonly IKernelFunction _kernel;
    private readonly KernelPolynomials? _fast;
    private readonly Action _checkAlive;

    /// <param name="points"><c>[n, d]</c>, rows of norm 1, Float64.</param>
    /// <param name="scale">S, <c>[n]</c>.</param>
    /// <param name="ridge">r.</param>
    /// <param name="kernel">The kernel of the points' inner products.</param>
    /// <param name="checkAlive">Throws when the computation was cancelled.</param>
    public StreamedSystem(Tensor points, ReadOnlySpan<double> scale, double ridge, IKernelFunction kernel, Action checkAlive)
    {
        using var scope = NewDisposeScope();
        _points = points.to_type(ScalarType.Float32).DetachFromDisposeScope();
        _scale = scale.ToAligned(scale.Length, 1).DetachFromDisposeScope();
        _ridge = ridge;
        (Ridge, _kernel, _fast, _checkAlive) = (ridge, kernel, KernelPolynomials.Fit(kernel), checkAlive);
    }

    /// <summary>n.</summary>
    public long Size => _points.shape[0];

    /// <summary>r.</summary>
    public double Ridge { get; }

    /// <summary><c>(S K S + r) V</c>.</summary>
    /// <param name="vectors">V, <c>[n, c]</c>, Float64.</param>
    public Tensor Times(Tensor vectors)
    {
        using var scope = NewDisposeScope();
        var scaled = (vectors * _scale).to_type(ScalarType.Float32);
        var product = zeros(vectors.shape, ScalarType.Float64);
        for (long row = 0; row < Size; row += Tile)
        {
            for (long column = 0; column <= row; column += Tile)
            {
                using var step = NewDisposeScope();
                var (rows, columns) = (Math.Min(Tile, Size - row), Math.Min(Tile, Size - column));
                var tile = Values(_points.narrow(0, row, rows), _points.narrow(0, column, columns));
                if (row == column)
                {
                    SetDiagonal(tile);
                }
                product.narrow(0, row, rows).add_(tile.mm(scaled.narrow(0, column, columns)), Numbers.One);
                if (row != column)
                {
                    product.narrow(0, column, columns).add_(tile.t().mm(scaled.narrow(0, row, rows)), Numbers.One);
                }
            }
        }
        return (product * _scale).add_(vectors * _ridge, Numbers.One).MoveToOuterDisposeScope();
    }

    /// <summary>Some rows of <c>S K S</c>, at the columns of some points: <c>[rows, m]</c>, Float32.</summary>
    /// <param name="start">The first row.</param>
    /// <param name="rows">Their number.</param>
    /// <param name="columns">The points' indices, <c>[m]</c>.</param>
    public Tensor Columns(long start, long rows, Tensor columns)
    {
        using var scope = NewDisposeScope();
        var values = Values(_points.narrow(0, start, rows), _points.index_select(0, columns));
        var scaled = values.mul_(_scale.narrow(0, start, rows)).mul_(_scale.index_select(0, columns).t());
        return scaled.MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        _points.Dispose();
        _scale.Dispose();
        _ridge.Dispose();
    }

    private Tensor Values(Tensor left, Tensor right)
    {
        var tile = left.mm(right.t());
        var (rows, columns) = ((int)tile.shape[0], (int)tile.shape[1]);
        unsafe
        {
            var first = (nint)tile.AsPointer();
            var threads = new ParallelOptions { MaxDegreeOfParallelism = get_num_threads() };
            for (var start = 0; start < rows; start += Strip)
            {
                _checkAlive();
                Parallel.For(start, Math.Min(start + Strip, rows), threads,
                    row => Apply(new Span<float>((float*)first + ((long)row * columns), columns)));
            }
        }
        return tile;
    }

    private void Apply(Span<float> products)
    {
        if (_fast is not null)
        {
            _fast.Apply(products);
            return;
        }
        var exact = new double[products.Length];
        for (var i = 0; i < products.Length; i++)
        {
            exact[i] = Math.Clamp(products[i], -1, 1);
        }
        _kernel.Apply(exact);
        for (var i = 0; i < products.Length; i++)
        {
            products[i] = (float)exact[i];
        }
    }

    // A point's product with itself is 1, and single precision has lost what the root of 1 - t makes of the difference.
    private void SetDiagonal(Tensor tile)
    {
        var values = tile.AsSpan();
        for (var i = 0; i < tile.shape[0]; i++)
        {
            values[(int)(i * (tile.shape[0] + 1))] = (float)_kernel.AtOne;
        }
    }
}
