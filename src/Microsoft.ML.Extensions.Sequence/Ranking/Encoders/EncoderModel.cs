using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Persistence;
using Microsoft.ML.Extensions.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>A loaded encoder: tokenizer, network and pooling. It is immutable, so any number of threads may use it at once.</summary>
internal sealed class EncoderModel : IDisposable
{
    // The values of the inner layer per batch: 2,730 tokens with MiniLM, which take a second, the longest delay of a cancellation.
    private const int NumbersOfBatch = 1 << 22;

    private readonly BertNetwork _network;
    private readonly WordPieceTokenizer _tokenizer;
    private readonly Device _device;

    /// <exception cref="FormatException">The vocabulary lacks a special token.</exception>
    public EncoderModel(EncoderDescription description, BertNetwork network, Device device)
    {
        (Description, _device) = (description, device);
        _tokenizer = new WordPieceTokenizer(new WordPieceVocabulary(description.Pieces), description.Words);
        _network = network;
        _network.to(device);
        foreach (var weight in _network.parameters())
        {
            weight.DetachFromDisposeScope();
        }
    }

    public EncoderDescription Description { get; }

    public int Dimensions => Description.Config.Width;

    /// <summary>The native memory of the weights.</summary>
    public long Bytes => _network.parameters().Sum(weight => weight.numel() * sizeof(float));

    /// <summary>An encoder from a model file.</summary>
    /// <exception cref="FormatException">The weights do not fit the description.</exception>
    public static EncoderModel Load(EncoderDescription description, byte[] weights, Device device)
    {
        var numbers = Safetensors.Shapes(weights).Values.Sum(shape => shape.Aggregate(1.0, (product, size) => product * size));
        using var memory = NetworkMemory.OfFile((long)numbers);
        var network = BertNetwork.Unscoped(description.Config);
        try
        {
            Safetensors.Load(network, weights);
            return new EncoderModel(description, network, device);
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    /// <summary>The weights as the content of a model file.</summary>
    public byte[] Weights() => Safetensors.Save(_network);

    /// <summary>The ids of a text's tokens, including <c>[CLS]</c> and <c>[SEP]</c>.</summary>
    public int[] Tokens(string text) => _tokenizer.Encode(Description.Prompt + text, Description.MaxTokens);

    /// <summary>The weights by their names.</summary>
    public IReadOnlyList<(string Name, Tensor Value)> NamedWeights() =>
        [.. _network.named_parameters().Select(named => (named.name, (Tensor)named.parameter))];

    /// <summary>Identifies the weights: the SHA-256 of their names and numbers.</summary>
    public string Fingerprint()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (name, value) in NamedWeights())
        {
            using var numbers = value.detach().cpu().contiguous();
            hash.AppendData(Encoding.UTF8.GetBytes(name));
            hash.AppendData(numbers.bytes);
        }
        return Convert.ToHexString(hash.GetHashAndReset());
    }

    /// <summary>The vectors of a text's pieces, computed by themselves, <c>[T, D]</c>.</summary>
    /// <param name="pieces">The ids of the pieces, without those around them.</param>
    public float[] VectorsOf(int[] pieces) =>
        EncodeTokens([[_tokenizer.Start, .. pieces, _tokenizer.End]], CancellationToken.None)[0].Values.ToArray();

    /// <summary>One vector for each text, <c>[N, D]</c>.</summary>
    /// <exception cref="InvalidDataException">A number is not finite, since weights are too large.</exception>
    public float[][] Encode(IReadOnlyList<int[]> texts, CancellationToken cancellation)
    {
        var vectors = new float[texts.Count][];
        Run(texts, cancellation, (states, valid, batch) =>
        {
            var values = Normalized(Pooled(states, valid)).to(CPU).contiguous().AsSpan();
            for (var row = 0; row < batch.Length; row++)
            {
                vectors[batch[row]] = Finite(values.Slice(row * Dimensions, Dimensions), batch[row]);
            }
        });
        return vectors;
    }

    /// <summary>The vectors of each text's tokens without <c>[CLS]</c> and <c>[SEP]</c>.</summary>
    public TokenVectors[] EncodeTokens(IReadOnlyList<int[]> texts, CancellationToken cancellation)
    {
        var vectors = new TokenVectors[texts.Count];
        Run(texts, cancellation, (states, _, batch) =>
        {
            var values = states.to(CPU).contiguous().AsSpan();
            var rowLength = values.Length / batch.Length;
            for (var row = 0; row < batch.Length; row++)
            {
                var ids = texts[batch[row]].AsSpan()[1..^1];
                var pieces = new string[ids.Length];
                for (var place = 0; place < ids.Length; place++)
                {
                    pieces[place] = Description.Pieces[ids[place]];
                }
                vectors[batch[row]] = new TokenVectors(pieces, Finite(values.Slice((row * rowLength) + Dimensions, ids.Length * Dimensions), batch[row]), Dimensions);
            }
        });
        return vectors;
    }

    public void Dispose() => _network.Dispose();

    private void Run(IReadOnlyList<int[]> texts, CancellationToken cancellation, Action<Tensor, Tensor?, int[]> take)
    {
        using var threads = ThreadCount.Hold();
        using var _ = no_grad();
        foreach (var batch in TokenBatches.Of([.. texts.Select(text => text.Length)], Math.Max(1, NumbersOfBatch / Description.Config.InnerWidth)))
        {
            cancellation.ThrowIfCancellationRequested();
            TorchMemory.Guard(
                () => string.Create(CultureInfo.InvariantCulture, $"Encoding {batch.Length} texts of up to {batch.Max(row => texts[row].Length)} tokens"),
                () =>
                {
                    using var scope = NewDisposeScope();
                    var (ids, valid) = Batch(texts, batch);
                    take(_network.call(ids, valid, null), valid, batch);
                    return batch.Length;
                });
        }
    }

    // Without padding no mask is needed, which is faster.
    private (Tensor Ids, Tensor? Valid) Batch(IReadOnlyList<int[]> texts, int[] batch)
    {
        var longest = batch.Max(row => texts[row].Length);
        var ids = new long[batch.Length * longest];
        Array.Fill(ids, _tokenizer.Padding);
        var valid = new bool[ids.Length];
        for (var row = 0; row < batch.Length; row++)
        {
            var text = texts[batch[row]];
            for (var place = 0; place < text.Length; place++)
            {
                ids[(row * longest) + place] = text[place];
            }
            valid.AsSpan(row * longest, text.Length).Fill(true);
        }
        return (tensor(ids, [batch.Length, longest], device: _device), Array.IndexOf(valid, false) < 0 ? null : tensor(valid, [batch.Length, longest], device: _device));
    }

    private Tensor Pooled(Tensor states, Tensor? valid)
    {
        if (Description.Pooling == TextPooling.FirstToken)
        {
            return states.narrow(1, 0, 1).squeeze(1);
        }
        var mask = (valid ?? ones(states.shape[0], states.shape[1], ScalarType.Bool, _device)).unsqueeze(2);
        if (Description.Pooling == TextPooling.Maximum)
        {
            return states.masked_fill(mask.logical_not(), Numbers.NegativeInfinity).amax([1]);
        }
        var weights = mask.to_type(ScalarType.Float32);
        var count = weights.sum(1);
        return (states * weights).sum(1) / (Description.Pooling == TextPooling.Mean ? count : count.sqrt());
    }

    private float[] Finite(ReadOnlySpan<float> vector, int text)
    {
        foreach (var value in vector)
        {
            if (!float.IsFinite(value))
            {
                throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture,
                    $"The vector of text {text} has the number {value}: the weights of the encoder '{Description.Name}' are too large to compute with in Single. Take another encoder."));
            }
        }
        return vector.ToArray();
    }

    private Tensor Normalized(Tensor vectors) => Description.Normalize ? nn.functional.normalize(vectors, 2, 1) : vectors;
}
