using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.ML.Extensions.Persistence;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence.Tests.Ranking.Encoders;

/// <summary>The folder of a small BERT encoder with random weights; every part of it can be changed before it is written.</summary>
internal sealed class BertFolder : IDisposable
{
    public const int Width = 12, Layers = 2, Heads = 3, Inner = 20, Positions = 16, Segments = 2;

    /// <summary>The vocabulary.</summary>
    public static readonly string[] Pieces =
        ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a", "b", "c", "wing", "flow", "##s", "##ing", "heat", ",", "!", "\u00E9", "e",
            "Wing", "\u4E2D", "##c"];

    private readonly Dictionary<string, JsonObject> _files = [];

    public BertFolder(int seed = 1)
    {
        _files["config.json"] = new JsonObject
        {
            ["model_type"] = "bert",
            ["vocab_size"] = Pieces.Length,
            ["hidden_size"] = Width,
            ["num_hidden_layers"] = Layers,
            ["num_attention_heads"] = Heads,
            ["intermediate_size"] = Inner,
            ["hidden_act"] = "gelu",
            ["max_position_embeddings"] = Positions,
            ["type_vocab_size"] = Segments,
            ["layer_norm_eps"] = 1e-3,
        };
        var random = new Random(seed);
        foreach (var (name, shape) in Shapes())
        {
            // Weights of norms about 1, all else about 0.
            var shift = name.EndsWith("LayerNorm.weight", StringComparison.Ordinal) ? 1 : 0;
            Weights[name] = (shape, [.. Enumerable.Range(0, (int)shape.Aggregate(1L, (product, size) => product * size))
                .Select(_ => (float)(shift + (random.NextDouble() - 0.5)))]);
        }
    }

    public string Path { get; } = Directory.CreateTempSubdirectory("bert").FullName;

    /// <summary>The tensors by their names in the file.</summary>
    public Dictionary<string, (long[] Shape, float[] Values)> Weights { get; } = [];

    /// <summary>The type in which they are written.</summary>
    public ScalarType Type { get; set; } = ScalarType.Float32;

    /// <summary>The lines of <c>vocab.txt</c>.</summary>
    public string[] Vocabulary { get; set; } = Pieces;

    public JsonObject Config => File("config.json");

    /// <summary>A JSON file of the folder, made where it is not there.</summary>
    public JsonObject File(string name) => _files.TryGetValue(name, out var file) ? file : _files[name] = [];

    /// <summary>Writes a file as it is.</summary>
    public void Write(string name, string text)
    {
        var path = System.IO.Path.Combine(Path, name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        System.IO.File.WriteAllText(path, text);
    }

    public TextEncoder Load(TextEncoderOptions? options = null)
    {
        foreach (var (name, file) in _files)
        {
            Write(name, file.ToJsonString(new JsonSerializerOptions { WriteIndented = true }));
        }
        Write("vocab.txt", string.Concat(Vocabulary.Select(piece => piece + "\n")));
        using var scope = NewDisposeScope();
        System.IO.File.WriteAllBytes(System.IO.Path.Combine(Path, "model.safetensors"), Safetensors.Write(
            Weights.Select(pair => (pair.Key, tensor(pair.Value.Values, pair.Value.Shape).to_type(Type)))));
        return TextEncoder.Load(Path, options);
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);

    private static IEnumerable<(string Name, long[] Shape)> Shapes()
    {
        yield return ("embeddings.word_embeddings.weight", [Pieces.Length, Width]);
        yield return ("embeddings.position_embeddings.weight", [Positions, Width]);
        yield return ("embeddings.token_type_embeddings.weight", [Segments, Width]);
        yield return ("embeddings.LayerNorm.weight", [Width]);
        yield return ("embeddings.LayerNorm.bias", [Width]);
        for (var layer = 0; layer < Layers; layer++)
        {
            foreach (var (part, outputs, inputs) in new[]
            {
                ("attention.self.query", Width, Width), ("attention.self.key", Width, Width), ("attention.self.value", Width, Width),
                ("attention.output.dense", Width, Width), ("intermediate.dense", Inner, Width), ("output.dense", Width, Inner),
            })
            {
                yield return ($"encoder.layer.{layer}.{part}.weight", [outputs, inputs]);
                yield return ($"encoder.layer.{layer}.{part}.bias", [outputs]);
            }
            foreach (var part in new[] { "attention.output.LayerNorm", "output.LayerNorm" })
            {
                yield return ($"encoder.layer.{layer}.{part}.weight", [Width]);
                yield return ($"encoder.layer.{layer}.{part}.bias", [Width]);
            }
        }
    }
}
