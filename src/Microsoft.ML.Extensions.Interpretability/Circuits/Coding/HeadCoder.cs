using Microsoft.ML.Extensions.Torch;
using Microsoft.ML.Extensions.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>
/// Encodes heads' outputs: a head's output, minus its mean at the position, in the coordinates of a <see cref="SensitivitySpace"/>,
/// scaled, through a <see cref="SparseAutoencoder"/> that all heads share.
/// </summary>
/// <remarks>
/// Everything before the autoencoder's ReLU is linear, and is folded into one matrix and one offset per head: <c>a = ReLU(z E_h + o_h)</c>.
/// F features. It owns its tensors.
/// </remarks>
internal sealed class HeadCoder : IDisposable
{
    // The RMS of training rows, for which the defaults of the sparsity penalty are chosen.
    private const double Scale = 0.1;

    private readonly Tensor[] _encoders;
    private readonly Tensor[] _offsets;

    private HeadCoder(Tensor[] encoders, Tensor[] offsets) => (_encoders, _offsets) = (encoders, offsets);

    /// <summary>Features (F).</summary>
    public int Features => (int)_encoders[0].shape[2];

    /// <summary>Heads of a layer.</summary>
    public int Heads => (int)_encoders[0].shape[0];

    /// <summary>Layers.</summary>
    public int Layers => _encoders.Length;

    private int Shared => (int)_offsets[0].shape[0] - 1;

    /// <summary>Trains one.</summary>
    /// <param name="model">The model.</param>
    /// <param name="activations">The rows to train on.</param>
    /// <param name="means">The means to subtract; null for none.</param>
    /// <param name="spaces">The coordinates after each layer; null for the stream's own, unscaled, as O'Neill and Bui have them.</param>
    /// <param name="samples">
    /// The number of outputs (of a head at a token) that are sampled for training; all where there are no more.
    /// </param>
    /// <param name="options">The autoencoder's.</param>
    public static HeadCoder Train(
        TransformerModel model, HeadActivations activations, HeadMeans? means, SensitivitySpace[]? spaces, int samples,
            SparseAutoencoderOptions options)
    {
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        // [H, W, D]: from a head's output to the coordinates.
        var writers = Enumerable.Range(0, model.Config.Layers).Select(layer => Writer(model, layer, spaces)).ToArray();
        var scales = spaces is null ? null : Scales(activations, means, writers);
        var scaled = scales is null ? writers : [.. writers.Zip(scales, (writer, scale) => writer.Scaled(scale))];
        using var autoencoder = SparseAutoencoder.Train(Sample(activations, means, scaled, samples, options.Seed), options);
        var encoders = scaled.Select(writer => writer.Times(autoencoder.Encoder.t()).contiguous()).ToArray();
        var offset = autoencoder.EncoderBias.Minus(autoencoder.Encoder.mv(autoencoder.Bias));
        var offsets = encoders.Select((encoder, layer) => means is null
            ? offset.expand([1, encoder.shape[0], offset.shape[0]]).contiguous()
            : offset.Minus(einsum("phw,hwf->phf", means[layer], encoder))).ToArray();
        return new HeadCoder([.. encoders.Select(Kept)], [.. offsets.Select(Kept)]);
    }

    /// <summary>Restores a saved coder.</summary>
    /// <exception cref="FormatException">A tensor is missing or misshaped.</exception>
    public static HeadCoder Restore(TransformerConfig config, IReadOnlyDictionary<string, Tensor> tensors)
    {
        Tensor Named(string kind, int layer, Func<long[], bool> fits) =>
            tensors.TryGetValue($"{kind}.{layer}", out var found) && found.dtype == ScalarType.Float32 && fits(found.shape)
                ? found.clone()
                : throw new FormatException($"The tensor '{kind}.{layer}' is missing or does not fit the language model.");
        var layers = Enumerable.Range(0, config.Layers).ToArray();
        var (features, places) = tensors.TryGetValue("offset.0", out var first) && first.shape is [> 0 and var p, _, > 0 and var f]
            ? (f, p) : (0, 0);
        // Older files also hold the tensors that scores were computed from.
        var known = layers.SelectMany(layer => new[] { $"encoder.{layer}", $"offset.{layer}", $"direction.{layer}" }).Append("rest");
        if (tensors.Keys.Except(known).FirstOrDefault() is { } unknown)
        {
            throw new FormatException($"The tensor '{unknown}' is unknown to the circuit.");
        }
        using var scope = NewDisposeScope();
        var coder = new HeadCoder(
            [.. layers.Select(layer => Named("encoder", layer, shape => shape.SequenceEqual([config.Heads, config.HeadWidth, features])))],
            [.. layers.Select(layer =>
                Named("offset", layer, shape => features > 0 && shape.SequenceEqual([places, config.Heads, features])))]);
        Array.ForEach([.. coder._encoders, .. coder._offsets], tensor => tensor.DetachFromDisposeScope());
        return coder;
    }

    /// <summary>The tensors, for <see cref="Restore"/>.</summary>
    public IEnumerable<(string Name, Tensor Value)> Tensors() =>
        from layer in Enumerable.Range(0, Layers)
        from named in new[] { ("encoder", _encoders[layer]), ("offset", _offsets[layer]) }
        select ($"{named.Item1}.{layer}", named.Item2);

    /// <summary>A layer's activations.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="outputs">Its head outputs, <c>[N, H, W]</c>.</param>
    /// <param name="places">The tokens' places in their rows, <c>[N]</c>.</param>
    /// <returns><c>[N, H, F]</c>.</returns>
    public Tensor Activations(int layer, Tensor outputs, IEnumerable<int> places)
    {
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        var offset = _offsets[layer].shape[0] == 1
            ? _offsets[layer]
            : _offsets[layer].index_select(0, tensor(HeadMeans.IndexOf(places, Shared), device: outputs.device));
        var perHead = outputs.transpose(0, 1).Times(_encoders[layer]).transpose(0, 1);
        return perHead.Plus(offset).relu_().MoveToOuterDisposeScope();
    }

    /// <summary>Each head's strongest feature at each token, or <see cref="CodeTable.NoCode"/>.</summary>
    /// <returns><c>[N, heads of all layers]</c>, row by row.</returns>
    public int[] Codes(HeadActivations activations)
    {
        var all = Layers * Heads;
        var codes = new int[activations.Tokens * all];
        for (var layer = 0; layer < Layers; layer++)
        {
            using var scope = NewDisposeScope();
            var (most, feature) = Activations(layer, activations[layer], activations.Places).max(2);
            var active = most.gt(Numbers.Zero);
            using Scalar none = (long)CodeTable.NoCode;
            var found = feature.masked_fill(active.logical_not(), none).cpu().contiguous().data<long>().ToArray();
            for (var token = 0; token < activations.Tokens; token++)
            {
                for (var head = 0; head < Heads; head++)
                {
                    codes[(token * all) + (layer * Heads) + head] = (int)found[(token * Heads) + head];
                }
            }
        }
        return codes;
    }

    public void Dispose()
    {
        foreach (var tensor in _encoders.Concat(_offsets))
        {
            tensor.Dispose();
        }
    }

    private static Tensor Writer(TransformerModel model, int layer, SensitivitySpace[]? spaces)
    {
        var output = model.Use(
            weights => weights.Layers[layer].Output.unflatten(1, [model.Config.Heads, model.Config.HeadWidth]).permute(1, 2, 0));
        return spaces is null ? output : output.Times(spaces[layer].Root);
    }

    // The factor that scales a layer's numbers to the target RMS; 1 where all are zero.
    private static double[] Scales(HeadActivations activations, HeadMeans? means, Tensor[] writers) =>
    [
        .. writers.Select((writer, layer) =>
        {
            using var scope = NewDisposeScope();
            var rows = Centred(activations, means, layer);
            // The squared lengths of all rows of a head are the sum of G * (Z^T Z), G = W W^T.
            var squares = (rows.permute(1, 2, 0).Times(rows.transpose(0, 1)) * writer.Times(writer.transpose(1, 2))).sum();
            var rms = Math.Sqrt(Math.Max(squares.to_type(ScalarType.Float64).Item<double>(), 0) / (
                rows.shape[0] * rows.shape[1] * writer.shape[2]));
            return rms > 0 ? Scale / rms : 1;
        }),
    ];

    // [samples, D], drawn with replacement.
    private static Tensor Sample(HeadActivations activations, HeadMeans? means, Tensor[] writers, int samples, int seed)
    {
        using var scope = NewDisposeScope();
        var heads = (int)writers[0].shape[0];
        var count = (long)activations.Tokens * heads * writers.Length;
        var random = new Random(SeedSequence.Derive(seed, 1));
        var choices = samples < count
            ? Enumerable.Range(0, samples).Select(_ => random.NextInt64(count))
            : Enumerable.Range(0, (int)count).Select(choice => (long)choice);
        var parts = new List<Tensor>();
        foreach (var byLayer in choices.GroupBy(choice => (int)(choice % (heads * writers.Length)) / heads).OrderBy(group => group.Key))
        {
            using var inner = NewDisposeScope();
            var centred = Centred(activations, means, byLayer.Key);
            foreach (var byHead in byLayer.GroupBy(choice => (int)(choice % heads)).OrderBy(group => group.Key))
            {
                var tokens = tensor(byHead.Select(choice => choice / (heads * writers.Length)).ToArray(), device: centred.device);
                parts.Add(centred.select(1, byHead.Key).index_select(0, tokens).mm(writers[byLayer.Key][byHead.Key])
                    .MoveToOuterDisposeScope());
            }
        }
        return cat(parts).cpu().MoveToOuterDisposeScope();
    }

    private static Tensor Centred(HeadActivations activations, HeadMeans? means, int layer) =>
        means is null ? activations[layer] : means.Beyond(layer, activations[layer], activations.Places);

    private static Tensor Kept(Tensor tensor) => tensor.DetachFromDisposeScope();
}
