using System.Globalization;
using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Pretrained;
using Microsoft.ML.Extensions.Scoring;
using Microsoft.ML.Extensions.Torch;
using Microsoft.ML.Extensions.Training;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>
/// A decoder or encoder transformer for interpretability: every activation has a name (<see cref="HookPoint"/>), can be recorded, and can
/// be changed during a run (<see cref="Intervention"/>).
/// </summary>
/// <remarks>
/// The conventions are TransformerLens' (Nanda and Bloom, 2022): weights per head, normalisation before each part, names of activations.
/// A model is immutable, so any number of threads may run it at once. It owns its weights: dispose it. Running calls
/// complete; later ones throw an <see cref="ObjectDisposedException"/>.
/// </remarks>
/// <example><code language="csharp"><![CDATA[
/// using Microsoft.ML.Extensions.Interpretability;
///
/// using var model = TransformerModel.Load("gpt2");
/// var batch = TransformerTokenizer.Load("gpt2").EncodeAll(["When Mary and John went to the store, John gave a drink to"]);
///
/// using var cache = model.Run(batch, [new HookPoint(HookKind.Pattern, 5)]);
/// Console.WriteLine(string.Join(", ", cache[HookKind.Pattern, 5].shape));    // rows, heads, tokens, tokens
///
/// using var logits = model.Run(batch, HookKind.LastLogits,
///     [Intervention.Zero(new HookPoint(HookKind.HeadResult, 9), heads: [6, 9], positions: [-1])]);
/// using var next = logits.argmax(-1);
/// Console.WriteLine(next.item<long>());    // the next token without heads 6 and 9 of layer 9
/// ]]></code></example>
/// <seealso href="../docs/TransformerModel.html">docs/TransformerModel.md</seealso>
public sealed partial class TransformerModel : IDisposable
{
    private const int MeanBatch = 32;

    private readonly TransformerWeights _weights;
    private readonly Shared<TransformerWeights> _shared;

    internal TransformerModel(
        TransformerConfig config, Func<string, Tensor?> source, ScalarType type = ScalarType.Float32, Device? device = null)
    {
        OptionsValidation.Validate(config);
        TorchDevice.Resolve(null, fallbackToCpu: true);
        Config = config;
        (Device, NumberType) = (device ?? CPU, type);
        _weights = new TransformerWeights(config, source, NumberType, Device);
        _shared = new Shared<TransformerWeights>(
            _weights, _weights.Stored.Values.Sum(value => value.numel() * value.element_size()), Disposed);
    }

    /// <summary>The shape.</summary>
    public TransformerConfig Config { get; }

    /// <summary>The device.</summary>
    public Device Device { get; }

    /// <summary>The type of its numbers.</summary>
    public ScalarType NumberType { get; }

    /// <summary>The names of all weights.</summary>
    public IEnumerable<string> WeightNames => TransformerWeights.Shapes(Config).Select(pair => pair.Name);

    /// <summary>The weights, for callers that know that the model is not disposed meanwhile; others call <see cref="Use"/>.</summary>
    internal TransformerWeights Weights => _weights;

    /// <summary>A model of given weights.</summary>
    /// <param name="config">The shape.</param>
    /// <param name="weights">
    /// By TransformerLens' names and shapes (<c>blocks.0.attn.W_Q</c> is <c>[heads, D, W]</c>); missing biases are zero. They
    /// are copied.
    /// </param>
    /// <exception cref="ArgumentException">The configuration is not allowed.</exception>
    /// <exception cref="FormatException">Weights are missing, unknown or of another shape; each is named.</exception>
    public static TransformerModel Create(TransformerConfig config, IReadOnlyDictionary<string, Tensor> weights)
    {
        ArgumentNullException.ThrowIfNull(weights);
        OptionsValidation.Validate(config);
        WeightCheck.Check(
            TransformerWeights.Shapes(config).Select(pair => new WantedWeight(pair.Name, pair.Shape, TransformerWeights.IsBias(pair.Name))),
            weights.ToDictionary(pair => pair.Key, pair => pair.Value.shape));
        return new TransformerModel(config, weights.GetValueOrDefault);
    }

    /// <summary>A model of random weights: matrices normal with deviation 0.02 as GPT-2's, biases zero, norms one.</summary>
    /// <param name="config">The shape.</param>
    /// <param name="seed">The seed; the same one gives the same weights.</param>
    /// <exception cref="ArgumentException">The configuration is not allowed.</exception>
    public static TransformerModel CreateRandom(TransformerConfig config, int seed)
    {
        OptionsValidation.Validate(config);
        TorchDevice.Resolve(null, fallbackToCpu: true);
        using var generator = new Generator((ulong)SeedSequence.Derive(seed, 0));
        var shapes = TransformerWeights.Shapes(config).ToDictionary(pair => pair.Name, pair => pair.Shape);
        return new TransformerModel(config, name => TransformerWeights.IsBias(name)
            ? null
            : shapes[name].Length == 1 ? ones(shapes[name]) : Initial.Normal(0.02, generator, shapes[name]).detach());
    }

    /// <summary>A copy with another number type or on another device; in double precision it is a reference.</summary>
    /// <param name="type">Float32 or Float64.</param>
    /// <param name="device">Where it computes; null for the CPU.</param>
    /// <exception cref="ArgumentException">Another type was named.</exception>
    public TransformerModel Copy(ScalarType type, Device? device = null) => type is ScalarType.Float32 or ScalarType.Float64
        ? Use(weights => new TransformerModel(Config, weights.Outer, type, device))
        : throw new ArgumentException($"The type is {type}; allowed are Float32 and Float64.", nameof(type));

    /// <summary>A weight by TransformerLens' name, in its shape; a copy that the caller disposes.</summary>
    /// <exception cref="ArgumentException">There is none of this name.</exception>
    public Tensor Weight(string name)
    {
        if (!WeightNames.Contains(name))
        {
            throw new ArgumentException($"There is no weight '{name}'; there are {string.Join(", ", WeightNames)}.", nameof(name));
        }
        using var scope = NewDisposeScope();
        return Use(weights => weights.Outer(name).clone().DetachFromDisposeScope());
    }

    /// <summary>Runs over a batch and records activations. Computation stops after the last recorded one.</summary>
    /// <param name="batch">The tokens.</param>
    /// <param name="record">The activations to record.</param>
    /// <param name="interventions">The interventions; several on one activation are applied in this order.</param>
    /// <param name="gradients">
    /// Whether the activations carry gradients, so that <c>torch.autograd.grad</c> of a function of one gives its gradients with respect to
    /// others.
    /// </param>
    /// <returns>The activations as they were after the interventions. The caller disposes it.</returns>
    /// <exception cref="ArgumentException">
    /// A row is longer than the context or has a token outside the vocabulary (the row is named), an activation does not exist in this
    /// model, or an intervention does not fit.
    /// </exception>
    /// <exception cref="OutOfMemoryException">There is too little memory; the message says how much was needed.</exception>
    public ActivationCache Run(
        TokenBatch batch, IEnumerable<HookPoint> record, IEnumerable<Intervention>? interventions = null, bool gradients = false)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(record);
        var recorded = record.ToArray();
        var changes = interventions?.ToArray() ?? [];
        CheckTokens(batch);
        foreach (var point in recorded.Concat(changes.Select(change => change.Point)))
        {
            CheckPoint(point);
        }
        return TorchMemory.Guard(
            () => string.Create(CultureInfo.InvariantCulture, $"Running the model over {batch.Rows} rows of up to {batch.Steps} tokens"),
            () => Use(weights => new TransformerPass(Config, weights, batch, recorded, changes, gradients).Run()));
    }

    /// <summary>Runs over a batch for one activation.</summary>
    /// <returns>The activation. The caller disposes it.</returns>
    /// <exception cref="ArgumentException">
    /// As for <see cref="Run(TokenBatch, IEnumerable{HookPoint}, IEnumerable{Intervention}, bool)"/>.
    /// </exception>
    public Tensor Run(TokenBatch batch, HookKind record, IEnumerable<Intervention>? interventions = null)
    {
        var point = new HookPoint(record);
        return Run(batch, [point], interventions).Take(point);
    }

    /// <summary>The means of activations over rows, for mean ablation, without padding.</summary>
    /// <param name="rows">The rows of tokens.</param>
    /// <param name="points">The activations.</param>
    /// <param name="perPosition">
    /// Whether each position has its own mean, over the rows that reach it; otherwise all positions share one.
    /// </param>
    /// <returns>A cache of one row. The caller disposes it.</returns>
    /// <exception cref="ArgumentException">
    /// As for Run, or the activation is of scores, patterns or last logits, which have no mean position by position.
    /// </exception>
    public ActivationCache MeanActivations(IEnumerable<IReadOnlyList<int>> rows, IEnumerable<HookPoint> points, bool perPosition = false)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(points);
        var all = points.Distinct().ToArray();
        if (all.Where(point => point.TokenAxis != 1).Select(point => $"'{point}'").FirstOrDefault() is { } wrong)
        {
            throw new ArgumentException($"{wrong} has no mean over positions; take one of [B, T, ...].", nameof(points));
        }
        using var sums = new ActivationSums(perPosition, NumberType);
        foreach (var chunk in rows.Chunk(MeanBatch))
        {
            var batch = new TokenBatch(chunk);
            using var cache = Run(batch, all);
            sums.Add(batch, cache);
        }
        return sums.Means();
    }

    /// <summary>Generates tokens greedily.</summary>
    /// <param name="tokens">The row so far.</param>
    /// <param name="count">The number of tokens to add; the row ends at the context's length.</param>
    /// <returns>The whole row.</returns>
    /// <exception cref="ArgumentException">As for Run.</exception>
    public IReadOnlyList<int> Continue(IReadOnlyList<int> tokens, int count)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        var row = tokens.ToList();
        for (var i = 0; i < count && row.Count < Config.Context; i++)
        {
            using var logits = Run(new TokenBatch([row]), HookKind.LastLogits);
            using var best = logits.argmax();
            row.Add((int)best.Item<long>());
        }
        return row;
    }

    /// <summary>Frees the weights once no running call uses them.</summary>
    public void Dispose() => _shared.Close();

    /// <summary>Uses the weights, which cannot be freed meanwhile.</summary>
    /// <exception cref="ObjectDisposedException">The model was disposed.</exception>
    internal TResult Use<TResult>(Func<TransformerWeights, TResult> work)
    {
        using var lease = _shared.Rent();
        return lease.Use(work);
    }

    private static ObjectDisposedException Disposed() => new(
        nameof(TransformerModel),
        "The transformer was disposed, by its own Dispose or by that of the language model, compiled transformer or circuit that it belongs to. "
        + "Dispose it after its last use, or load it again.");

    private void CheckTokens(TokenBatch batch)
    {
        for (var row = 0; row < batch.Rows; row++)
        {
            if (batch.Lengths[row] > Config.Context)
            {
                throw new ArgumentException(
                    $"Row {row} has {batch.Lengths[row]} tokens; the model's context is {Config.Context}. Shorten it.", nameof(batch));
            }
        }
        if (Array.FindIndex(batch.Padded, token => token >= Config.Vocabulary) is var wrong and >= 0)
        {
            throw new ArgumentException(
                $"Row {wrong / batch.Steps} has the token {batch.Padded[wrong]} at {wrong % batch.Steps}; the model has tokens 0 to {Config.Vocabulary - 1}.",
                nameof(batch));
        }
    }

    private void CheckPoint(HookPoint point)
    {
        if (point.Layer >= Config.Layers)
        {
            throw new ArgumentException($"'{point}' is of layer {point.Layer}; the model has layers 0 to {Config.Layers - 1}.");
        }
        if (!Config.HasMlp && point.Kind is (
            HookKind.ResidualMid or HookKind.MlpInput or HookKind.MlpPre or HookKind.MlpPost or HookKind.MlpOutput))
        {
            throw new ArgumentException($"'{point}' belongs to an MLP, and the model has attention only.");
        }
        if (!Config.HasPositionEmbedding && point.Kind == HookKind.PositionEmbedding)
        {
            throw new ArgumentException($"'{point}' does not exist: positions are {Config.Positions}.");
        }
    }
}
