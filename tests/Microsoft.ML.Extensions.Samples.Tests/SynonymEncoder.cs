using System.Buffers.Binary;
using System.Text;
using System.Text.Json;

namespace Microsoft.ML.Extensions.Samples.Tests;

/// <summary>The folder of an encoder that knows pairs of words, <c>big0</c> and <c>large0</c>, as the same.</summary>
internal static class SynonymEncoder
{
    private const int Positions = 32;

    public static void Write(string folder, int pairs)
    {
        string[] pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", .. Enumerable.Range(0, pairs).SelectMany(pair => new[] { $"big{pair}", $"large{pair}" })];
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "config.json"), JsonSerializer.Serialize(new
        {
            model_type = "bert",
            vocab_size = pieces.Length,
            hidden_size = pairs,
            num_hidden_layers = 1,
            num_attention_heads = 1,
            intermediate_size = 1,
            hidden_act = "gelu",
            max_position_embeddings = Positions,
            type_vocab_size = 2,
            layer_norm_eps = 1e-6,
        }));
        File.WriteAllText(Path.Combine(folder, "vocab.txt"), string.Concat(pieces.Select(piece => piece + "\n")));
        WriteWeights(Path.Combine(folder, "model.safetensors"), Weights(pieces.Length, pairs));
    }

    // Both words of a pair have the pair's unit vector; layers add nothing.
    private static IEnumerable<(string Name, int[] Shape, Func<int, float> Value)> Weights(int pieces, int width)
    {
        const int special = 5;
        yield return ("embeddings.word_embeddings.weight", [pieces, width], place => place / width >= special && place % width == ((place / width) - special) / 2 ? 1 : 0);
        yield return ("embeddings.position_embeddings.weight", [Positions, width], _ => 0);
        yield return ("embeddings.token_type_embeddings.weight", [2, width], _ => 0);
        foreach (var (part, outputs, inputs) in new[]
        {
            ("attention.self.query", width, width), ("attention.self.key", width, width), ("attention.self.value", width, width),
            ("attention.output.dense", width, width), ("intermediate.dense", 1, width), ("output.dense", width, 1),
        })
        {
            yield return ($"encoder.layer.0.{part}.weight", [outputs, inputs], _ => 0);
            yield return ($"encoder.layer.0.{part}.bias", [outputs], _ => 0);
        }
        foreach (var norm in new[] { "embeddings.LayerNorm", "encoder.layer.0.attention.output.LayerNorm", "encoder.layer.0.output.LayerNorm" })
        {
            yield return ($"{norm}.weight", [width], _ => 1);
            yield return ($"{norm}.bias", [width], _ => 0);
        }
    }

    private static void WriteWeights(string path, IEnumerable<(string Name, int[] Shape, Func<int, float> Value)> weights)
    {
        var (header, data) = (new Dictionary<string, object>(), new List<byte>());
        foreach (var (name, shape, value) in weights)
        {
            var start = data.Count;
            for (var place = 0; place < shape.Aggregate(1, (product, size) => product * size); place++)
            {
                data.AddRange(BitConverter.GetBytes(value(place)));
            }
            header[name] = new { dtype = "F32", shape, data_offsets = new[] { start, data.Count } };
        }
        var json = Encoding.UTF8.GetBytes(JsonSerializer.Serialize(header));
        var length = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(length, json.Length);
        File.WriteAllBytes(path, [.. length, .. json, .. data]);
    }
}
