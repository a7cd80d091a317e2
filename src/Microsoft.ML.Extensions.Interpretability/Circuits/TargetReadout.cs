using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>Computes the targets of a batch of examples from its logits.</summary>
internal sealed class TargetReadout
{
    private readonly CircuitMetric _metric;
    private readonly bool _lastOnly;
    private readonly int _rows;
    private readonly long[] _places;
    private readonly long[] _outputs;
    private readonly long[] _against;
    private readonly float[] _subtracted;
    private readonly double[] _shares;

    /// <param name="examples">The examples, a row each; one without targets has value 0.</param>
    /// <param name="batch">Their tokens.</param>
    /// <param name="metric">What a target's value is.</param>
    /// <param name="outputs">Outputs of the model.</param>
    /// <exception cref="ArgumentException">No example has a target, or a target's output is none of the model's.</exception>
    public TargetReadout(IReadOnlyList<CircuitExample> examples, TokenBatch batch, CircuitMetric metric, int outputs)
    {
        (_metric, _rows) = (metric, examples.Count);
        var targets = examples.SelectMany((example, row) => example.Targets.Select(target => (Row: row, Target: target))).ToArray();
        if (targets.Length == 0)
        {
            throw new ArgumentException(
                "No example has a target, and the effect of a change is measured on targets; add the outputs that the model should give.",
                nameof(examples));
        }
        foreach (var (row, target) in targets)
        {
            if (target.Output < 0 || target.Output >= outputs || target.Against is < 0 || target.Against >= outputs)
            {
                throw new ArgumentException(
                    $"Row {row} has the target {target}; the model has outputs 0 to {outputs - 1}.", nameof(examples));
            }
        }
        _lastOnly = Array.TrueForAll(targets, pair => pair.Target.Position == batch.Lengths[pair.Row] - 1);
        _places = [.. targets.Select(pair => _lastOnly ? pair.Row : ((long)pair.Row * batch.Steps) + pair.Target.Position)];
        _outputs = [.. targets.Select(pair => (long)pair.Target.Output)];
        _against = [.. targets.Select(pair => (long)(pair.Target.Against ?? 0))];
        _subtracted = [.. targets.Select(pair => pair.Target.Against is null ? 0f : 1f)];
        _shares = new double[_rows * targets.Length];
        for (var i = 0; i < targets.Length; i++)
        {
            _shares[(targets[i].Row * targets.Length) + i] = 1.0 / examples[targets[i].Row].Targets.Count;
        }
    }

    /// <summary>The logits it reads: those at each row's last token where all targets are there.</summary>
    public HookPoint Point => new(_lastOnly ? HookKind.LastLogits : HookKind.Logits);

    /// <summary>Each row's mean value of its targets.</summary>
    /// <param name="logits">The activation <see cref="Point"/>.</param>
    /// <returns><c>[B]</c>.</returns>
    public Tensor Values(Tensor logits)
    {
        using var scope = NewDisposeScope();
        return Shares(logits).mv(Difference(At(logits))).MoveToOuterDisposeScope();
    }

    /// <summary>The effect of a change on each row's targets, by the metric.</summary>
    /// <param name="logits">The activation <see cref="Point"/> after it.</param>
    /// <param name="before">The same before it.</param>
    /// <returns><c>[B]</c>, 0 or more.</returns>
    public Tensor Divergence(Tensor logits, Tensor before)
    {
        using var scope = NewDisposeScope();
        var (after, old) = (At(logits), At(before));
        var change = old.Minus(after);
        var perTarget = _metric == CircuitMetric.Logit ? Difference(change).Squared()
            : (old.exp() * change).sum([1]).clamp_min(Numbers.Zero);
        return Shares(logits).mv(perTarget).MoveToOuterDisposeScope();
    }

    // [targets, outputs]: logits, or logarithms of probabilities.
    private Tensor At(Tensor logits)
    {
        var places = logits.flatten(0, -2).index_select(0, tensor(_places, device: logits.device));
        return _metric == CircuitMetric.LogProbability ? nn.functional.log_softmax(places, 1) : places;
    }

    private Tensor Difference(Tensor outputs) => outputs.gather(1, Column(_outputs, outputs)).squeeze(1)
        .Minus(outputs.gather(1, Column(_against, outputs)).squeeze(1) * tensor(_subtracted, outputs.dtype, outputs.device));

    private Tensor Shares(Tensor like) => tensor(_shares, [_rows, _places.Length], like.dtype, like.device);

    private static Tensor Column(long[] indices, Tensor like) => tensor(indices, device: like.device).unsqueeze(1);
}
