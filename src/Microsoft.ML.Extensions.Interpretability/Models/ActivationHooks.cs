using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>Records and changes activations of a run.</summary>
internal sealed class ActivationHooks
{
    private readonly HashSet<HookPoint> _recorded;
    private readonly ILookup<HookPoint, Intervention> _interventions;

    /// <param name="recorded">The activations to record.</param>
    /// <param name="interventions">The changes; those of one activation are made in this order.</param>
    /// <param name="lengths">The valid tokens of each row.</param>
    public ActivationHooks(IEnumerable<HookPoint> recorded, IEnumerable<Intervention> interventions, IReadOnlyList<int> lengths)
    {
        _recorded = [.. recorded];
        _interventions = interventions.ToLookup(intervention => intervention.Point);
        Cache = new ActivationCache(lengths);
    }

    /// <summary>The recorded activations.</summary>
    public ActivationCache Cache { get; }

    /// <summary>Whether something after the last layer is recorded.</summary>
    public bool NeedEnd => _recorded.Any(point => point.Kind is HookKind.FinalNorm or HookKind.Logits or HookKind.LastLogits);

    /// <summary>The number of layers, from the first, of which something is recorded.</summary>
    public int Layers => _recorded.Where(point => HookPoint.IsOfLayer(point.Kind)).Select(point => point.Layer + 1).DefaultIfEmpty(0).Max();

    /// <summary>Whether an activation is recorded or changed, and so must be computed explicitly.</summary>
    public bool IsSeen(HookKind kind, int layer)
    {
        var point = new HookPoint(kind, layer);
        return _recorded.Contains(point) || _interventions.Contains(point);
    }

    /// <summary>Changes and records an activation, and returns it.</summary>
    public Tensor Pass(HookKind kind, Tensor activation, int layer = 0)
    {
        var point = new HookPoint(kind, layer);
        var changed = Changed(point, activation);
        Record(point, changed);
        return changed;
    }

    /// <summary>The activation after its interventions.</summary>
    public Tensor Changed(HookPoint point, Tensor activation)
    {
        foreach (var intervention in _interventions[point])
        {
            activation = intervention.Apply(activation, Cache);
        }
        return activation;
    }

    /// <summary>Records an activation if it is requested.</summary>
    public void Record(HookPoint point, Tensor activation)
    {
        if (_recorded.Contains(point))
        {
            Cache.Keep(point, activation);
        }
    }
}
