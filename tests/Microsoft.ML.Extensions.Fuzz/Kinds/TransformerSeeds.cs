using System.Text;
using System.Text.Json.Nodes;
using Microsoft.ML.Extensions.Interpretability;
using Microsoft.ML.Extensions.Interpretability.Tests.Models;
using Microsoft.ML.Extensions.Interpretability.Tests.Models.Loading;
using Microsoft.ML.Extensions.Persistence;
using Microsoft.ML.Extensions.Tests;
using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Fuzz.Kinds;

/// <summary>Transformers in every layout that is read: their configurations, and their weights.</summary>
internal static class TransformerSeeds
{
    private const string ConfigName = "config.json";
    private const string WeightsName = "model.safetensors";
    private const string IndexName = "model.safetensors.index.json";

    private static readonly TokenBatch Batch = new([TinyTransformers.Row]);

    private static readonly Type[] Refusals = [typeof(FormatException), typeof(FileNotFoundException), typeof(NotSupportedException)];

    public static IReadOnlyList<FuzzSeed> Configs(string folder) =>
    [
        Of("gpt2", Gpt2(folder), ConfigName, Json), Of("llama", Llama(folder), ConfigName, Json),
            Of("own", Own(folder, "encoder"), ConfigName, Json),
        Of("ownllama", Own(folder, "llama"), ConfigName, Json), Of("index", Indexed(folder), IndexName, Json),
    ];

    public static IReadOnlyList<FuzzSeed> Weights(string folder)
    {
        var lens = Path.Combine(Own(folder, "gpt2"), WeightsName);
        var encoder = Path.Combine(Own(folder, "no positions"), WeightsName);
        var llama2c = Path.Combine(folder, "model.bin");
        File.WriteAllBytes(llama2c, Llama2c());
        return
        [
            Of("gpt2", Gpt2(folder), WeightsName, TensorChange.Drawn), Of("llama", Llama(folder), WeightsName, TensorChange.Drawn),
            Of("own", Own(folder, "gelu"), WeightsName, TensorChange.Drawn),
            Of("lens", lens, TensorChange.Drawn, () => TransformerModel.LoadTransformerLens(lens)),
            Of("lensrotary", encoder, TensorChange.Drawn, () => TransformerModel.LoadTransformerLens(
                encoder, config => config with { Positions = TransformerPositions.None, Norm = TransformerNorm.RmsNormPre })),
            Of("llama2c", llama2c, FileChange.Drawn, () => TransformerModel.LoadLlama2c(llama2c)),
        ];
    }

    private static FuzzSeed Of(string name, string folder, string file, Func<byte[], Random, byte[]> change) =>
        Of(name, Path.Combine(folder, file), change, () => TransformerModel.Load(folder), folder);

    private static FuzzSeed Of(
        string name, string path, Func<byte[], Random, byte[]> change, Func<TransformerModel> load, string? named = null)
    {
        var whole = File.ReadAllBytes(path);
        return new FuzzSeed(name, whole, random => change(whole, random), input =>
        {
            File.WriteAllBytes(path, input);
            TransformerModel? model = null;
            if (!Refusal.Reads(() => model = load(), named ?? path, Refusals))
            {
                return false;
            }
            using (model)
            {
                Run(model!);
            }
            return true;
        });
    }

    // Weights that overflow give no finite logits: what such a model says is arithmetic, and its users see it. It must not say it with
    // small weights.
    private static void Run(TransformerModel model)
    {
        if (model.Config.Vocabulary <= TinyTransformers.Row.Max() || model.Config.Context < TinyTransformers.Row.Length)
        {
            return;
        }
        using var scope = NewDisposeScope();
        var logits = model.Run(Batch, HookKind.Logits);
        var largest = model.WeightNames.Max(name => model.Weight(name).abs().max().Item<float>());
        if (largest < 1e6)
        {
            Answers.Finite("logits", logits.to_type(ScalarType.Float32).contiguous().AsSpan());
        }
    }

    private static byte[] Json(byte[] file, Random random)
    {
        if (random.Next(4) == 0)
        {
            return FileChange.Drawn(file, random);
        }
        var root = JsonNode.Parse(file)!;
        for (var count = random.Next(1, 4); count > 0; count--)
        {
            JsonChange.Drawn(root, random).Apply(root);
        }
        return Encoding.UTF8.GetBytes(root.ToJsonString());
    }

    private static string Gpt2(string folder)
    {
        using var model = Checkpoints.Gpt2Model(ScalarType.Float32);
        return Written(folder, "gpt2",
            Checkpoints.With(Checkpoints.Gpt2,
                "\"activation_function\":\"gelu_new\",\"tie_word_embeddings\":true,\"layer_norm_epsilon\":1e-5"),
                    Checkpoints.Gpt2Tensors(model, ""));
    }

    private static string Llama(string folder)
    {
        using var model = TinyTransformers.Create("llama");
        return Written(
            folder, "llama", Checkpoints.With(Checkpoints.Llama,
                "\"rope_scaling\":{\"rope_type\":\"default\"},\"rope_theta\":10000.0,\"attention_bias\":false,\"hidden_act\":\"silu\""),
            Checkpoints.LlamaTensors(model));
    }

    private static string Indexed(string folder)
    {
        var indexed = Gpt2(Directory.CreateDirectory(Path.Combine(folder, "sharded")).FullName);
        var names = SafetensorsHeader.Read(File.ReadAllBytes(Path.Combine(indexed, WeightsName))).Select(entry => entry.Name);
        File.Move(Path.Combine(indexed, WeightsName), Path.Combine(indexed, "m-1.safetensors"));
        var map = new JsonObject(names.Select(name => KeyValuePair.Create(name, (JsonNode?)JsonValue.Create("m-1.safetensors"))));
        File.WriteAllText(Path.Combine(indexed, IndexName),
            new JsonObject { ["metadata"] = new JsonObject { ["total_size"] = 1 }, ["weight_map"] = map }.ToJsonString());
        return indexed;
    }

    private static string Own(string folder, string kind)
    {
        using var model = TinyTransformers.Create(kind);
        var own = Path.Combine(folder, "own " + kind);
        model.Save(own);
        return own;
    }

    private static string Written(string folder, string name, string config, IEnumerable<(string, Tensor)> tensors)
    {
        var path = Directory.CreateDirectory(Path.Combine(folder, name)).FullName;
        Checkpoints.Write(path, config, tensors);
        return path;
    }

    private static byte[] Llama2c()
    {
        const int Width = 8, Mlp = 12, Layers = 2, Heads = 2, KeyHeads = 1, Vocabulary = 16, Context = 8;
        const int Count = (Vocabulary * Width) + (Layers * ((2 * Width) + (2 * Width * Width) + (2 * Width * (Width / Heads) * KeyHeads)
            + (3 * Width * Mlp))) + Width + (Context * (Width / Heads));
        var random = new Random(1);
        return
        [
            .. new[] { Width, Mlp, Layers, Heads, KeyHeads, Vocabulary, Context }.SelectMany(BitConverter.GetBytes),
            .. Enumerable.Range(0, Count).SelectMany(_ => BitConverter.GetBytes(random.NextSingle())),
        ];
    }
}
