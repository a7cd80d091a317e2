using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>Measures the effect of changes in a model on the targets of a task's positive examples, as the mean divergence.</summary>
internal sealed class ChangeMeter : IDisposable
{
    private const int RowsAtOnce = 32;

    private readonly TransformerModel _model;
    private readonly Batch[] _batches;
    private readonly int _examples;

    /// <param name="model">The model.</param>
    /// <param name="task">The examples.</param>
    /// <param name="ablation">The substitutes of ablated parts.</param>
    public ChangeMeter(TransformerModel model, CircuitTask task, Ablation ablation)
    {
        _model = model;
        var targeted = task.Targeted();
        _examples = targeted.Count;
        _batches = [.. targeted.Chunk(RowsAtOnce).Select(chunk =>
        {
            var examples = chunk.Select(pair => pair.Example).ToArray();
            var tokens = new TokenBatch(examples.Select(example => example.Tokens));
            var readout = new TargetReadout(examples, tokens, task.Metric, model.Config.Logits);
            using var cache = model.Run(tokens, [readout.Point]);
            return new Batch(tokens, readout, cache.Take(readout.Point), ablation.For([.. chunk.Select(pair => pair.Number)]));
        })];
    }

    /// <summary>The divergence with interventions.</summary>
    /// <param name="changes">Creates the interventions from the substitutes.</param>
    public double Divergence(Func<ActivationCache?, IEnumerable<Intervention>> changes)
    {
        var sum = 0.0;
        foreach (var batch in _batches)
        {
            using var scope = NewDisposeScope();
            using var cache = _model.Run(batch.Tokens, [batch.Readout.Point], changes(batch.Substitutes));
            sum += batch.Divergence(cache[batch.Readout.Point]);
        }
        return sum / _examples;
    }

    /// <summary>The divergence without some edges.</summary>
    public double Divergence(IReadOnlyCollection<TransformerEdge> removed)
    {
        var sum = 0.0;
        foreach (var batch in _batches)
        {
            using var scope = NewDisposeScope();
            using var logits = _model.RunWithoutEdges(
                batch.Tokens, removed, batch.Readout.Point.Kind, point => Ablation.Of(point, batch.Substitutes));
            sum += batch.Divergence(logits);
        }
        return sum / _examples;
    }

    public void Dispose()
    {
        foreach (var batch in _batches)
        {
            batch.Before.Dispose();
            batch.Substitutes?.Dispose();
        }
    }

    private sealed record Batch(TokenBatch Tokens, TargetReadout Readout, Tensor Before, ActivationCache? Substitutes)
    {
        public double Divergence(Tensor logits) => Readout.Divergence(logits, Before).sum().to_type(ScalarType.Float64).Item<double>();
    }
}
