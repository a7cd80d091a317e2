using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>Sums of activations over rows of any length, in double precision.</summary>
internal sealed class ActivationSums(bool perPosition, ScalarType type) : IDisposable
{
    private readonly Dictionary<HookPoint, Tensor> _sums = [];
    private readonly List<long> _counts = [];

    /// <summary>Adds the recorded activations of a batch.</summary>
    public void Add(TokenBatch batch, ActivationCache cache)
    {
        Count(batch);
        foreach (var point in cache.Points)
        {
            using var scope = NewDisposeScope();
            using var grad = no_grad();
            var sum = Summed(batch, cache[point]);
            if (_sums.TryGetValue(point, out var old))
            {
                sum = Added(old, sum);
                old.Dispose();
            }
            _sums[point] = sum.DetachFromDisposeScope();
        }
    }

    /// <summary>The means, as a cache of one row.</summary>
    /// <exception cref="ArgumentException">No row was added.</exception>
    public ActivationCache Means()
    {
        if (_counts.Count == 0)
        {
            throw new ArgumentException("There is no row to take means over; give at least one.");
        }
        long[] counts = perPosition ? [.. _counts] : [_counts.Sum()];
        var means = new ActivationCache([counts.Length]);
        foreach (var (point, sum) in _sums)
        {
            using var scope = NewDisposeScope();
            var shape = Enumerable.Repeat(1L, (int)sum.dim()).ToArray();
            shape[1] = counts.Length;
            var divisor = tensor(counts, ScalarType.Float64, sum.device).view(shape);
            means.Keep(point, (sum / divisor).to_type(type));
        }
        return means;
    }

    public void Dispose()
    {
        foreach (var sum in _sums.Values)
        {
            sum.Dispose();
        }
    }

    private void Count(TokenBatch batch)
    {
        for (var t = 0; t < batch.Steps; t++)
        {
            var reached = batch.Lengths.Count(length => length > t);
            if (t < _counts.Count)
            {
                _counts[t] += reached;
            }
            else
            {
                _counts.Add(reached);
            }
        }
    }

    // [B, T, ...] -> [1, T or 1, ...].
    private Tensor Summed(TokenBatch batch, Tensor activation)
    {
        var shape = Enumerable.Repeat(1L, (int)activation.dim()).ToArray();
        (shape[0], shape[1]) = (batch.Rows, batch.Steps);
        var marks = new bool[batch.Rows * batch.Steps];
        for (var row = 0; row < batch.Rows; row++)
        {
            marks.AsSpan(row * batch.Steps, batch.Lengths[row]).Fill(true);
        }
        var padding = tensor(marks, device: activation.device).view(shape).logical_not();
        var valid = activation.to_type(ScalarType.Float64).masked_fill(padding, Numbers.Zero);
        return valid.sum(perPosition ? [0] : [0, 1], keepdim: true);
    }

    private static Tensor Added(Tensor left, Tensor right)
    {
        var (shorter, longer) = left.shape[1] < right.shape[1] ? (left, right) : (right, left);
        var sum = longer.clone();
        sum.narrow(1, 0, shorter.shape[1]).add_(shorter, Numbers.One);
        return sum;
    }
}
