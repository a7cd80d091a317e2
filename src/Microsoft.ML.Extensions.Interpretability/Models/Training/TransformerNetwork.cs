using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Torch;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>
/// A transformer as a network of the training loop: the computation of
/// <see cref="TransformerModel.Run(TokenBatch, IEnumerable{HookPoint}, IEnumerable{Intervention}, bool)"/> with trainable weights. A row is
/// a window of two tokens or more, as keys from 1.
/// </summary>
internal sealed class TransformerNetwork : Network, IOwnLoss, IRowMemory
{
    private readonly TransformerConfig _config;

    public TransformerNetwork(TransformerConfig config, TransformerWeights start)
        : base(nameof(TransformerNetwork))
    {
        (_config, Weights) = (config, start.ToParameters());
        foreach (var (name, value) in Weights.Stored)
        {
            register_parameter(name.Replace('.', '_'), (Parameter)value);
        }
    }

    public TransformerWeights Weights { get; }

    /// <summary>The activations, including the attention patterns of all heads.</summary>
    public long RowBytes(long steps) =>
        sizeof(float) * 2 * steps * (Widths(this) + (2L * _config.Vocabulary) + (steps * _config.Layers * _config.Heads));

    /// <summary>The logits <c>[B, T - 1, outputs]</c> after each token of the windows but the last.</summary>
    public override Tensor forward(InputBatch batch)
    {
        using var cache = new TransformerPass(_config, Weights, Before(batch), [new HookPoint(HookKind.Logits)], [], is_grad_enabled())
            .Run();
        return cache[HookKind.Logits].alias();
    }

    /// <summary>The mean loss of each window's tokens after the first, <c>[B]</c>.</summary>
    public Tensor Losses(InputBatch batch, Tensor labels, OutputLoss loss)
    {
        // Padding is key 0.
        var keys = batch.Values.narrow(1, 1, batch.Steps - 1);
        var counts = keys.gt(Numbers.Zero).to_type(ScalarType.Float32);
        var next = keys.Minus(Numbers.One).clamp_min(Numbers.Zero);
        var losses = loss(call(batch).flatten(0, 1), next.flatten()).view(next.shape) * counts;
        return losses.sum(1) / counts.sum(1);
    }

    private static TokenBatch Before(InputBatch batch)
    {
        using var keys = batch.Values.cpu();
        var all = keys.data<long>().ToArray();
        return new TokenBatch(batch.Lengths.Select((length, row) =>
            Array.ConvertAll(all[(int)(row * batch.Steps)..(int)((row * batch.Steps) + length - 1)], key => (int)key - 1)));
    }
}
