using System.ComponentModel.DataAnnotations;
using Microsoft.ML.Extensions.Numerics;
using Microsoft.ML.Extensions.Torch;
using Microsoft.ML.Extensions.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>
/// Learns which heads can be ablated together (subnetwork probing: Cao et al. 2021, arXiv 2104.03514): each head's output is
/// <c>m z + (1 - m) z'</c>, z' being its substitute and m a hard-concrete mask (Louizos et al. 2018, arXiv 1712.01312), trained by Adam on
/// the divergence plus lambda times the expected number of heads kept, for each lambda of a sweep. A head's score is the mean over them of
/// the probability that its mask is not 0.
/// </summary>
/// <remarks>
/// Heads only. Differs from the paper: heads are masked, not single weights, and the training target is the model's own output, not a
/// label.
/// </remarks>
public sealed class SubnetworkProbing : CircuitMethod
{
    private const double Temperature = 2.0 / 3;
    private const double Low = -0.1;
    private const double High = 1.1;

    // The logit for which a mask is 0.9 before training.
    private const float FirstLogit = 2;

    private readonly SubnetworkProbingOptions _options;

    /// <param name="options">The options; null for the defaults.</param>
    /// <exception cref="ArgumentException">Options are not allowed; all are named.</exception>
    public SubnetworkProbing(SubnetworkProbingOptions? options = null)
    {
        _options = (options ?? new()).Validated();
    }

    /// <inheritdoc/>
    public override string Name => $"Subnetwork probing, {_options.Ablation}";

    /// <inheritdoc/>
    public override CircuitScores Score(TransformerModel model, CircuitTask task, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(task);
        using var scope = NewDisposeScope();
        var points = HookPoint.OfEachLayer(HookKind.HeadOutput, model.Config);
        using var ablation = new Ablation(model, task, _options.Ablation, points);
        var scores = new double[model.Config.Layers * model.Config.Heads];
        foreach (var penalty in _options.Penalties)
        {
            var kept = Kept(Train(model, task, ablation, points, penalty, cancellationToken)).to_type(ScalarType.Float64).cpu()
                .contiguous();
            foreach (var (probability, head) in kept.AsDoubles().ToArray().Select((probability, head) => (probability, head)))
            {
                scores[head] += probability / _options.Penalties.Count;
            }
        }
        return new CircuitScores(Enumerable.Range(0, scores.Length).ToDictionary(
            head => CircuitNode.Head(head / model.Config.Heads, head % model.Config.Heads), head => scores[head]));
    }

    // The masks' logits, [layers, heads].
    private Tensor Train(
        TransformerModel model, CircuitTask task, Ablation ablation, HookPoint[] points, double penalty,
            CancellationToken cancellationToken)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator((ulong)SeedSequence.Derive(_options.Seed, 0), model.Device);
        var targeted = task.Targeted();
        var random = new Random(SeedSequence.Derive(_options.Seed, 1));
        var logits = zeros([model.Config.Layers, model.Config.Heads], device: model.Device).Plus(FirstLogit);
        var moments = (First: zeros_like(logits), Second: zeros_like(logits));
        for (var step = 1; step <= _options.Steps; step++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var inner = NewDisposeScope();
            var chosen = Enumerable.Range(0, Math.Min(_options.BatchSize, targeted.Count))
                .Select(_ => targeted[random.Next(targeted.Count)]).ToArray();
            var variable = logits.detach().requires_grad_();
            var loss = Loss(model, task, ablation, points, chosen, variable, penalty, generator);
            var gradient = loss.Gradients([variable])[0]!;
            AdamStep.Of(step, _options.LearningRate, 0, decoupled: false)
                .Apply(logits.AsSpan(), gradient.contiguous().AsSpan(), moments.First.AsSpan(), moments.Second.AsSpan());
        }
        return logits.MoveToOuterDisposeScope();
    }

    private Tensor Loss(
        TransformerModel model, CircuitTask task, Ablation ablation, HookPoint[] points, (int Number, CircuitExample Example)[] chosen,
            Tensor logits, double cost,
        Generator generator)
    {
        var examples = chosen.Select(pair => pair.Example).ToArray();
        var batch = new TokenBatch(examples.Select(example => example.Tokens));
        var readout = new TargetReadout(examples, batch, task.Metric, model.Config.Logits);
        using var substitutes = ablation.For([.. chosen.Select(pair => pair.Number)]);
        using var before = model.Run(batch, [readout.Point]);
        var masks = Sampled(logits, generator);
        var changes = points.Select((point, layer) => Intervention.Edit(point, output =>
        {
            var beyond = Ablation.Beyond(output, point, substitutes);
            return output.Minus(beyond * masks[layer].neg().Plus(Numbers.One).view(1, 1, -1, 1));
        }));
        using var after = model.Run(batch, [readout.Point], changes, gradients: true);
        using Scalar penalty = cost;
        return readout.Divergence(after[readout.Point], before[readout.Point]).mean().Plus(Kept(logits).sum().mul(penalty));
    }

    // Hard concrete: a sigmoid of logistic noise around the logit, stretched over both ends and cut there.
    private static Tensor Sampled(Tensor logits, Generator generator)
    {
        using Scalar smallest = 1e-6, largest = 1 - 1e-6, sharpness = 1 / Temperature, width = High - Low, low = Low;
        var uniform = TorchMemory.Uniform(logits.shape, generator, device: logits.device).clamp_(smallest, largest);
        var noise = uniform.log().Minus(uniform.neg().Plus(Numbers.One).log());
        return noise.Plus(logits).mul(sharpness).sigmoid().mul(width).Plus(low).clamp(Numbers.Zero, Numbers.One);
    }

    // The probability that a mask is not 0.
    private static Tensor Kept(Tensor logits)
    {
        using Scalar shift = Temperature * Math.Log(-Low / High);
        return logits.Minus(shift).sigmoid();
    }
}

/// <summary>Options of <see cref="SubnetworkProbing"/>.</summary>
public sealed class SubnetworkProbingOptions : ICheckedOptions
{
    /// <summary>The substitute of an ablated head. The default is <see cref="AblationKind.Resample"/>.</summary>
    public AblationKind Ablation { get; set; } = AblationKind.Resample;

    /// <summary>
    /// The penalty of a kept head (lambda), in units of the divergence: one or more, each above 0 and finite. The default is .003, .03, .3
    /// and 3.
    /// </summary>
    [Required]
    public IReadOnlyList<double> Penalties { get; set; } = [0.003, 0.03, 0.3, 3];

    /// <summary>Adam's step size, above 0 and at most 10. The default is 0.1.</summary>
    [Range(0.0, 10.0, MinimumIsExclusive = true)]
    public double LearningRate { get; set; } = 0.1;

    /// <summary>Steps, 1 to 1,000,000. The default is 200.</summary>
    [Range(1, 1_000_000)]
    public int Steps { get; set; } = 200;

    /// <summary>The batch size, 1 to 100,000. The default is 16.</summary>
    [Range(1, 100_000)]
    public int BatchSize { get; set; } = 16;

    /// <summary>The seed of noise and draws. The default is 1.</summary>
    public int Seed { get; set; } = 1;

    IEnumerable<string> ICheckedOptions.Errors()
    {
        if (Penalties.Count == 0 || Penalties.Any(penalty => !(penalty > 0 && double.IsFinite(penalty))))
        {
            yield return $"Penalties is [{string.Join(", ", Penalties.Select(value => value.ToString(System.Globalization.CultureInfo.InvariantCulture)))}]; allowed are one or more numbers above 0.";
        }
    }
}
