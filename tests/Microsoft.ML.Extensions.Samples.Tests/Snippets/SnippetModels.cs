using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Interpretability;
using Microsoft.ML.Extensions.Sequence;

namespace Microsoft.ML.Extensions.Samples.Tests;

/// <summary>The models that programs on the pages load, small ones of the same form.</summary>
internal static class SnippetModels
{
    /// <summary>As the page about streams makes it, in less time.</summary>
    public static void SaveSensor(string path)
    {
        var rows = path + ".ts";
        SnippetFiles.WriteVowels(rows);
        var ml = new MLContext(seed: 1);
        var data = ml.Data.LoadFromTsFile(rows);
        var options = new AarenOptions { Base = SequenceBase.None, Pooling = SequencePooling.Mean, EnsembleSize = 1, Training = { Epochs = 2 } };
        var pipeline = ml.Transforms.Conversion.MapValueToKey("Label")
            .Append(ml.MulticlassClassification.Trainers.Aaren(options))
            .Append(ml.Transforms.Conversion.MapKeyToValue("PredictedLabel"));
        ml.Model.Save(pipeline.Fit(data), data.Schema, path);
    }

    /// <summary>Classes of rows of two channels.</summary>
    public static void SaveMachine(string path)
    {
        var ml = new MLContext(seed: 1);
        var random = new Random(1);
        var data = ml.Data.LoadFromEnumerable(Enumerable.Range(0, 40).Select(i => new MachineRow
        {
            Features = [.. Enumerable.Range(0, 12).Select(_ => random.NextSingle() + (i % 2))],
            IsHigh = i % 2 == 1,
        }));
        ml.Model.Save(ml.BinaryClassification.Trainers.RandomConvolution("IsHigh").Fit(data), data.Schema, path);
    }

    /// <summary>A ranker of two towers.</summary>
    public static void SaveRanking(string path)
    {
        var ml = new MLContext(seed: 1);
        string[] texts = ["flow past a plate", "the wing of an aircraft", "heat in a layer"];
        var rows = ml.Data.LoadFromEnumerable(Enumerable.Range(0, 18).Select(i => new RankedText
        {
            GroupId = i / 3,
            Query = texts[i / 3 % 3],
            Document = texts[i % 3],
            Label = i % 3 == i / 3 % 3 ? 1 : 0,
        }));
        var data = ml.Transforms.Conversion.MapValueToKey("GroupId").Fit(rows).Transform(rows);
        var options = new NeuralRankingOptions { Architecture = RankingArchitecture.Dssm, EnsembleSize = 1, Training = { Epochs = 1 } };
        ml.Model.Save(ml.Ranking.Trainers.NeuralRanking(options).Fit(data), data.Schema, path);
    }

    /// <summary>A folder of the form of GPT-2's, with ten layers and a token a byte.</summary>
    public static void SaveGpt2(string folder)
    {
        using var model = TransformerModel.CreateRandom(
            new() { Layers = 10, Heads = 10, ModelWidth = 20, HeadWidth = 2, MlpWidth = 20, Vocabulary = 256, Outputs = 256, Context = 128 }, seed: 1);
        model.Save(folder);
        // As GPT-2 writes bytes: what is printable by itself, what is not by letters above.
        var others = 256;
        char[] letters = [.. Enumerable.Range(0, 256).Select(value => (char)(value is (> 32 and < 127) or (> 160 and not 173) ? value : others++))];
        File.WriteAllText(Path.Combine(folder, "vocab.json"), JsonSerializer.Serialize(letters.Index().ToDictionary(pair => $"{pair.Item}", pair => pair.Index)));
        File.WriteAllText(Path.Combine(folder, "merges.txt"), "#version: 0.2\n");
    }

    /// <summary>A folder of the form of all-MiniLM-L6-v2's, of random weights.</summary>
    public static void SaveEncoder(string folder)
    {
        const int Width = 8, Inner = 16;
        string[] pieces =
        [
            "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "flow", "wing", "##s", "plane", "hot", "heat", "a", "the", "past", "over", "aircraft",
            .. Enumerable.Range('a', 26).SelectMany(letter => new[] { $"{(char)letter}", $"##{(char)letter}" }).Where(piece => piece is not ("a" or "##s")),
        ];
        Directory.CreateDirectory(folder);
        File.WriteAllLines(Path.Combine(folder, "vocab.txt"), pieces);
        File.WriteAllText(Path.Combine(folder, "config.json"), $$"""
            {"model_type": "bert", "vocab_size": {{pieces.Length}}, "hidden_size": {{Width}}, "num_hidden_layers": 1, "num_attention_heads": 2,
             "intermediate_size": {{Inner}}, "hidden_act": "gelu", "max_position_embeddings": 64, "type_vocab_size": 2, "layer_norm_eps": 1e-12}
            """);
        List<(string Name, int[] Shape)> weights =
        [
            ("embeddings.word_embeddings.weight", [pieces.Length, Width]), ("embeddings.position_embeddings.weight", [64, Width]),
            ("embeddings.token_type_embeddings.weight", [2, Width]), .. Norm("embeddings.LayerNorm"),
            .. Linear("attention.self.query", Width, Width), .. Linear("attention.self.key", Width, Width), .. Linear("attention.self.value", Width, Width),
            .. Linear("attention.output.dense", Width, Width), .. Norm("encoder.layer.0.attention.output.LayerNorm"),
            .. Linear("intermediate.dense", Inner, Width), .. Linear("output.dense", Width, Inner), .. Norm("encoder.layer.0.output.LayerNorm"),
        ];
        WriteSafetensors(Path.Combine(folder, "model.safetensors"), weights);

        static (string, int[])[] Norm(string name) => [($"{name}.weight", [Width]), ($"{name}.bias", [Width])];

        static (string, int[])[] Linear(string name, int rows, int columns) =>
            [($"encoder.layer.0.{name}.weight", [rows, columns]), ($"encoder.layer.0.{name}.bias", [rows])];
    }

    private static void WriteSafetensors(string path, List<(string Name, int[] Shape)> weights)
    {
        var random = new Random(1);
        Dictionary<string, object> header = [];
        List<float> values = [];
        foreach (var (name, shape) in weights)
        {
            var first = values.Count;
            values.AddRange(Enumerable.Range(0, shape.Aggregate(1, (size, length) => size * length)).Select(_ => random.NextSingle() - 0.5f));
            header[name] = new { dtype = "F32", shape, data_offsets = new[] { sizeof(float) * first, sizeof(float) * values.Count } };
        }
        var text = Encoding.UTF8.GetBytes(JsonSerializer.Serialize(header));
        var length = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(length, text.Length);
        File.WriteAllBytes(path, [.. length, .. text, .. MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(values))]);
    }

    private sealed class MachineRow
    {
        [VectorType(0, 2)]
        public float[] Features { get; set; } = [];

        public bool IsHigh { get; set; }
    }

    private sealed class RankedText
    {
        public int GroupId { get; set; }

        public string Query { get; set; } = "";

        public string Document { get; set; } = "";

        public float Label { get; set; }
    }
}
