using System.Runtime.CompilerServices;
using Microsoft.ML.Extensions.Managed;
using Microsoft.ML.Extensions.Numerics;
using Microsoft.ML.Extensions.Numerics.StateSpace;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary><see cref="Microsoft.ML.Extensions.Networks.SequencePooler"/> as C# kernels: the steps of rows, <c>[S, D]</c>, to <c>[B, Width]</c>.</summary>
internal sealed unsafe class ManagedPooler
{
    // Sums of so many steps are added to the sum of all, so that a long row loses few digits.
    private const int Chunk = 128;

    private readonly SequencePooling _pooling;
    private readonly int _channels;
    private readonly int _segments;
    private readonly bool _bidirectional;
    private readonly LaneKernels _kernels;
    private readonly AlignedArray? _query;

    /// <param name="options">The options.</param>
    /// <param name="bidirectional">Whether scans also end at the first step.</param>
    /// <param name="parts">The weights.</param>
    public ManagedPooler(SequenceTrainerOptions options, bool bidirectional, ManagedParts parts)
    {
        (_pooling, _channels, _segments) = (options.Pooling ?? SequencePooling.MeanMax, options.HiddenSize, options.PoolingSegments);
        (_bidirectional, _kernels) = (bidirectional, parts.Kernels);
        _query = _pooling == SequencePooling.Attention ? new AlignedArray(parts.Weights.Singles("query", _channels)) : null;
        Width = _channels * _pooling switch
        {
            SequencePooling.Segments => _segments,
            SequencePooling.MeanMax => 2,
            SequencePooling.Last when bidirectional => 2,
            _ => 1,
        };
    }

    /// <summary>The length of the pooled vector.</summary>
    public int Width { get; }

    /// <summary>Pools rows.</summary>
    public void Run(in RaggedRows rows, float* steps, float* pooled, Scratch scratch)
    {
        for (var row = 0; row < rows.Count; row++)
        {
            Pool(rows.Length(row), steps + ((nint)rows.Starts[row] * _channels), pooled + ((nint)row * Width), scratch);
        }
    }

    /// <summary>Whether it needs no whole rows.</summary>
    public bool Streams => _pooling != SequencePooling.Segments && !_bidirectional;

    /// <summary>The vector of all steps so far, after further ones.</summary>
    public void Advance(int count, float* steps, float* pooled, ManagedStreamState state)
    {
        var running = new RunningPool(_kernels, _channels, count, steps, state);
        switch (_pooling)
        {
            case SequencePooling.Last:
                Copy(steps + ((count - 1) * (nint)_channels), pooled);
                break;
            case SequencePooling.Mean:
                running.Mean(pooled);
                break;
            case SequencePooling.Max:
                running.Max(pooled);
                break;
            case SequencePooling.Attention:
                running.Attend(_query!.Start, pooled);
                GC.KeepAlive(this);
                break;
            default:
                running.Mean(pooled);
                running.Max(pooled + _channels);
                break;
        }
    }

    private void Pool(int count, float* steps, float* pooled, Scratch scratch)
    {
        switch (_pooling)
        {
            case SequencePooling.Last:
                Copy(steps + ((count - 1) * (nint)_channels), pooled);
                if (_bidirectional)
                {
                    Copy(steps, pooled + _channels);
                }
                break;
            case SequencePooling.Mean:
                Mean(count, steps, pooled, scratch);
                break;
            case SequencePooling.Max:
                Max(count, steps, pooled);
                break;
            case SequencePooling.MeanMax:
                Mean(count, steps, pooled, scratch);
                Max(count, steps, pooled + _channels);
                break;
            case SequencePooling.Attention:
                Attend(count, steps, pooled, scratch);
                break;
            default:
                Segments(count, steps, pooled, scratch);
                break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Attend(int count, float* steps, float* pooled, Scratch scratch)
    {
        using var mark = scratch.Begin();
        var weights = scratch.Take(count);
        var root = MathF.Sqrt(_channels);
        for (var t = 0; t < count; t++)
        {
            weights[t] = _kernels.Dot(_channels, steps + (t * (nint)_channels), _query!.Start) / root;
        }
        _kernels.Softmax(count, weights);
        Sum(0, count, weights, steps, pooled, scratch);
        GC.KeepAlive(this);
    }

    // Triangles over relative time, one per segment, wide enough that each contains a step even in short rows.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Segments(int count, float* steps, float* pooled, Scratch scratch)
    {
        using var mark = scratch.Begin();
        var weights = scratch.Take(count);
        var reach = MathF.Max(1f / count, 1f / _segments);
        for (var segment = 0; segment < _segments; segment++, pooled += _channels)
        {
            var centre = (segment + 0.5f) / _segments;
            var (first, end, total) = (count, 0, 0f);
            for (var t = 0; t < count; t++)
            {
                weights[t] = MathF.Max(0, 1 - (MathF.Abs(((t + 0.5f) / count) - centre) / reach));
                total += weights[t];
                first = weights[t] > 0 ? Math.Min(first, t) : first;
                end = weights[t] > 0 ? t + 1 : end;
            }
            for (var t = first; t < end; t++)
            {
                weights[t] /= total;
            }
            Sum(first, end, weights, steps, pooled, scratch);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Mean(int count, float* steps, float* pooled, Scratch scratch)
    {
        Sum(0, count, null, steps, pooled, scratch);
        for (var c = 0; c < _channels; c++)
        {
            pooled[c] /= count;
        }
    }

    // The weighted sum of steps; null stands for weights of 1.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Sum(int first, int end, float* weights, float* steps, float* pooled, Scratch scratch)
    {
        using var mark = scratch.Begin();
        var part = scratch.Take(_channels);
        new Span<float>(pooled, _channels).Clear();
        for (var start = first; start < end; start += Chunk)
        {
            new Span<float>(part, _channels).Clear();
            for (var t = start; t < Math.Min(end, start + Chunk); t++)
            {
                _kernels.AddScaled(_channels, weights == null ? 1 : weights[t], steps + (t * (nint)_channels), part);
            }
            _kernels.AddScaled(_channels, 1, part, pooled);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Max(int count, float* steps, float* pooled)
    {
        Copy(steps, pooled);
        for (var t = 1; t < count; t++)
        {
            _kernels.Largest(_channels, steps + (t * (nint)_channels), pooled);
        }
    }

    private void Copy(float* source, float* target) => new Span<float>(source, _channels).CopyTo(new Span<float>(target, _channels));
}
