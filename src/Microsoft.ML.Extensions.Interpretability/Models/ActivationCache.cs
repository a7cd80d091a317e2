using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>The recorded activations of a run. It owns its tensors: disposing it frees them.</summary>
/// <remarks>Values at the padding of shorter rows are undefined.</remarks>
/// <inheritdoc cref="TransformerModel" path="/example"/>
/// <seealso href="../docs/TransformerModel.html">docs/TransformerModel.md</seealso>
public sealed class ActivationCache : IDisposable
{
    private readonly Dictionary<HookPoint, Tensor> _tensors = [];

    internal ActivationCache(IReadOnlyList<int> lengths) => Lengths = lengths;

    /// <summary>
    /// Tokens of each row of the run; for a cache of means, which has one row, the number of tokens with a mean of their own, or 1.
    /// </summary>
    public IReadOnlyList<int> Lengths { get; }

    /// <summary>The recorded activations.</summary>
    public IReadOnlyCollection<HookPoint> Points => _tensors.Keys;

    /// <summary>An activation.</summary>
    /// <exception cref="KeyNotFoundException">It was not recorded.</exception>
    public Tensor this[HookPoint point] => _tensors.TryGetValue(point, out var tensor)
        ? tensor
        : throw new KeyNotFoundException(
            $"'{point}' was not recorded; name it among the points to record. Recorded are: {string.Join(", ", _tensors.Keys)}.");

    /// <summary>An activation of no layer.</summary>
    public Tensor this[HookKind kind] => this[new HookPoint(kind)];

    /// <summary>An activation of a layer.</summary>
    public Tensor this[HookKind kind, int layer] => this[new HookPoint(kind, layer)];

    /// <summary>Whether it was recorded.</summary>
    public bool Contains(HookPoint point) => _tensors.ContainsKey(point);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var tensor in _tensors.Values)
        {
            tensor.Dispose();
        }
    }

    internal Tensor Take(HookPoint point)
    {
        var tensor = this[point];
        _tensors.Remove(point);
        return tensor;
    }

    internal void Keep(HookPoint point, Tensor tensor) => _tensors[point] = tensor.DetachFromDisposeScope();
}
