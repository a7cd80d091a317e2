using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>The substitutes of ablated activations in the positive examples of a task.</summary>
internal sealed class Ablation : IDisposable
{
    private readonly TransformerModel _model;
    private readonly CircuitTask _task;
    private readonly AblationKind _kind;
    private readonly HookPoint[] _points;
    private readonly BaselineMeans? _means;

    /// <param name="model">The model.</param>
    /// <param name="task">The examples.</param>
    /// <param name="kind">The kind of substitute.</param>
    /// <param name="points">The activations that may be ablated, <c>[B, T, ...]</c>.</param>
    public Ablation(TransformerModel model, CircuitTask task, AblationKind kind, IEnumerable<HookPoint> points)
    {
        (_model, _task, _kind, _points) = (model, task, kind, [.. points]);
        _means = kind == AblationKind.Mean ? new BaselineMeans(model, [.. task.Negatives.Select(example => example.Tokens)], _points)
            : null;
    }

    /// <summary>The substitutes of the activations of a batch of positive examples.</summary>
    /// <param name="numbers">Their numbers among the positives.</param>
    /// <returns>An activation of the batch's shape for each point; the caller disposes it. Null for zero.</returns>
    /// <exception cref="ArgumentException">No negative example is as long as one of these.</exception>
    public ActivationCache? For(IReadOnlyList<int> numbers)
    {
        if (_kind == AblationKind.Zero)
        {
            return null;
        }
        if (_kind == AblationKind.Resample)
        {
            return _model.Run(new TokenBatch(numbers.Select(Donor)), _points);
        }
        var lengths = numbers.Select(number => _task.Positives[number].Tokens.Count).ToArray();
        using var scope = NewDisposeScope();
        var cache = new ActivationCache(lengths);
        foreach (var point in _points)
        {
            var mean = _means![point, lengths.Max()];
            var shape = mean.shape;
            shape[0] = numbers.Count;
            cache.Keep(point, mean.expand(shape).clone());
        }
        return cache;
    }

    /// <summary>The intervention that ablates an activation, or some of its heads.</summary>
    /// <param name="point">The activation.</param>
    /// <param name="substitutes">From <see cref="For"/>.</param>
    /// <param name="heads">The heads; null for all.</param>
    public static Intervention Of(HookPoint point, ActivationCache? substitutes, IReadOnlyList<int>? heads = null) => substitutes is null
        ? Intervention.Zero(point, heads)
        : Intervention.Resample(point, substitutes, heads: heads);

    /// <summary>The difference of an activation and its substitute.</summary>
    public static Tensor Beyond(Tensor activation, HookPoint point, ActivationCache? substitutes) => substitutes is null
        ? activation
        : activation.Minus(substitutes[point].narrow(1, 0, activation.shape[1]));

    public void Dispose() => _means?.Dispose();

    private IReadOnlyList<int> Donor(int number)
    {
        var length = _task.Positives[number].Tokens.Count;
        for (var i = 0; i < _task.Negatives.Count; i++)
        {
            var tokens = _task.Negatives[(number + i) % _task.Negatives.Count].Tokens;
            if (tokens.Count >= length)
            {
                return tokens;
            }
        }
        throw new ArgumentException(
            $"Positive example {number} has {length} tokens, and no negative one is as long; resampling needs one; add one, or use mean ablation.");
    }
}
