using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>
/// Means of activations of <c>[B, T, ...]</c> over rows, one for each position that all rows reach and one for all later positions.
/// </summary>
internal sealed class BaselineMeans : IDisposable
{
    private readonly ActivationCache _means;
    private readonly int _shared;
    private readonly double[] _behind;

    /// <param name="model">The model.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="points">The activations.</param>
    public BaselineMeans(TransformerModel model, IReadOnlyList<IReadOnlyList<int>> rows, IEnumerable<HookPoint> points)
    {
        _means = model.MeanActivations(rows, points, perPosition: true);
        _shared = rows.Min(row => row.Count);
        var longest = rows.Max(row => row.Count);
        var first = longest > _shared ? _shared : 0;
        var reached = Enumerable.Range(0, longest).Select(place => place < first ? 0.0 : rows.Count(row => row.Count > place)).ToArray();
        _behind = [.. reached.Select(count => count / reached.Sum())];
    }

    /// <summary>The means of an activation for rows of a length, <c>[1, T, ...]</c>; the caller disposes it.</summary>
    public Tensor this[HookPoint point, int steps]
    {
        get
        {
            using var scope = NewDisposeScope();
            var means = _means[point];
            var own = means.narrow(1, 0, Math.Min(_shared, steps));
            if (steps <= _shared)
            {
                return own.clone().MoveToOuterDisposeScope();
            }
            var weights = tensor(_behind, means.dtype, means.device).view([1, -1, .. Enumerable.Repeat(1L, (int)means.dim() - 2)]);
            var after = (means * weights).sum(1, keepdim: true);
            var shape = means.shape;
            shape[1] = steps - _shared;
            return cat([own, after.expand(shape)], 1).MoveToOuterDisposeScope();
        }
    }

    public void Dispose() => _means.Dispose();
}
