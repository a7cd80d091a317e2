using System.Text.Json;
using Microsoft.ML.Extensions.Persistence;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Interpretability.Tests.Models.Loading;

[TestClass]
public sealed class TransformerModelFilesTests
{
    private const string Gpt2 = """{"model_type":"gpt2","n_layer":2,"n_head":4,"n_embd":24,"vocab_size":11,"n_positions":9,"n_inner":20}""";
    private const string Llama = """{"model_type":"llama","num_hidden_layers":2,"num_attention_heads":4,"num_key_value_heads":2,"hidden_size":12,"head_dim":6,"intermediate_size":20,"vocab_size":11,"max_position_embeddings":9,"rms_norm_eps":1e-5}""";

    private readonly string _folder = Directory.CreateTempSubdirectory("mlx").FullName;
    private DisposeScope _scope = null!;

    public static IEnumerable<object[]> Kinds => TinyTransformers.Configs.Keys.Select(kind => new object[] { kind });

    [TestInitialize]
    public void Open() => _scope = NewDisposeScope();

    [TestCleanup]
    public void Close()
    {
        _scope.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [TestMethod]
    [DynamicData(nameof(Kinds))]
    public void Load_OfSaved_GivesTheSameLogits(string kind)
    {
        using var model = TinyTransformers.Create(kind);
        model.Save(_folder);
        using var loaded = TransformerModel.Load(_folder);
        Assert.AreEqual(model.Config, loaded.Config);
        AssertSame(model, loaded);
    }

    [TestMethod]
    [DataRow("", ScalarType.Float32)]
    [DataRow("transformer.", ScalarType.Float16)]
    [DataRow("transformer.", ScalarType.BFloat16)]
    public void Load_OfGpt2_GivesTheSameLogits(string prefix, ScalarType type)
    {
        using var model = Gpt2Model(type);
        Write(Gpt2, Gpt2Tensors(model, prefix).Select(pair => (pair.Name, pair.Value.to_type(type))));
        using var loaded = TransformerModel.Load(_folder);
        Assert.AreEqual(ScalarType.Float32, loaded.NumberType);
        AssertSame(model, loaded);
    }

    [TestMethod]
    public void Load_OfLlama_InShards_GivesTheSameLogits()
    {
        using var model = TinyTransformers.Create("llama");
        var tensors = LlamaTensors(model).ToArray();
        File.WriteAllText(Path.Combine(_folder, "config.json"), Llama);
        var map = tensors.Select((pair, i) => (pair.Name, File: $"model-{i % 2}.safetensors")).ToDictionary(pair => pair.Name, pair => pair.File);
        File.WriteAllText(Path.Combine(_folder, "model.safetensors.index.json"), JsonSerializer.Serialize(new { weight_map = map }));
        foreach (var shard in tensors.GroupBy(pair => map[pair.Name]))
        {
            File.WriteAllBytes(Path.Combine(_folder, shard.Key), Safetensors.Write(shard));
        }
        using var loaded = TransformerModel.Load(_folder);
        // The file knows no biases, and the model has them.
        using var expected = TransformerModel.Create(model.Config, model.WeightNames.Where(name => !name.Contains(".b_", StringComparison.Ordinal)).ToDictionary(name => name, model.Weight));
        AssertSame(expected, loaded);
    }

    [TestMethod]
    public void Load_OfTensorsThatDoNotFit_NamesEach()
    {
        using var model = Gpt2Model(ScalarType.Float32);
        var tensors = Gpt2Tensors(model, "").Where(pair => pair.Name != "h.1.mlp.c_fc.weight").Append(("more", zeros(2)))
            .Select(pair => pair.Item1 == "wte.weight" ? (pair.Item1, zeros(10, 24)) : pair);
        Write(Gpt2, tensors);
        var message = Assert.ThrowsExactly<FormatException>(() => TransformerModel.Load(_folder)).Message;
        StringAssert.Contains(message, "'h.1.mlp.c_fc.weight' is missing");
        StringAssert.Contains(message, "'more' is unknown");
        StringAssert.Contains(message, "'wte.weight' is [10, 24] and should be [11, 24]");
    }

    [TestMethod]
    public void Load_OfAnotherArchitecture_SaysWhichAreSupported()
    {
        Write("""{"model_type":"bert"}""", []);
        var message = Assert.ThrowsExactly<NotSupportedException>(() => TransformerModel.Load(_folder)).Message;
        StringAssert.Contains(message, "'bert'");
        StringAssert.Contains(message, "gpt2, llama");
    }

    [TestMethod]
    [DataRow("{", "no JSON")]
    [DataRow("[]", "no JSON object")]
    [DataRow("{}", "'model_type'")]
    [DataRow("""{"model_type":"gpt2"}""", "'n_embd'")]
    [DataRow("""{"model_type":"gpt2","n_embd":7,"n_head":2}""", "does not divide")]
    [DataRow("""{"model_type":"gpt2","n_embd":"x","n_head":2}""", "another kind")]
    [DataRow("""{"model_type":"llama","num_hidden_layers":2,"num_attention_heads":4,"hidden_size":12,"intermediate_size":20,"vocab_size":11,"rope_scaling":{"rope_type":"yarn"}}""", "'yarn'")]
    [DataRow("""{"model_type":"llama","num_hidden_layers":2,"num_attention_heads":4,"hidden_size":12,"intermediate_size":20,"vocab_size":11,"hidden_act":"mish"}""", "supported are")]
    [DataRow("""{"model_type":"microsoft_ml_extensions_transformer","format_version":2}""", "update the package")]
    public void Load_OfBadConfig_SaysWhatIsWrong(string config, string part)
    {
        Write(config, []);
        StringAssert.Contains(Assert.ThrowsExactly<FormatException>(() => TransformerModel.Load(_folder)).Message, part);
    }

    [TestMethod]
    public void Load_OfFolderWithoutFiles_SaysWhichIsMissing()
    {
        StringAssert.Contains(Assert.ThrowsExactly<FileNotFoundException>(() => TransformerModel.Load(_folder)).Message, "config.json");
        File.WriteAllText(Path.Combine(_folder, "config.json"), Gpt2);
        StringAssert.Contains(Assert.ThrowsExactly<FileNotFoundException>(() => TransformerModel.Load(_folder)).Message, "model.safetensors");
        File.WriteAllText(Path.Combine(_folder, "model.safetensors.index.json"), """{"weight_map":{"a":"../a.safetensors"}}""");
        StringAssert.Contains(Assert.ThrowsExactly<FormatException>(() => TransformerModel.Load(_folder)).Message, "same folder");
    }

    [TestMethod]
    public void LoadLlama2c_OfFileCutOff_SaysSo()
    {
        var path = Path.Combine(_folder, "model.bin");
        File.WriteAllBytes(path, [1, 2, 3]);
        StringAssert.Contains(Assert.ThrowsExactly<FormatException>(() => TransformerModel.LoadLlama2c(path)).Message, "cut off");
        File.WriteAllBytes(path, [.. new[] { 8, 16, 1, 2, 1, 32, 16, 0 }.SelectMany(BitConverter.GetBytes)]);
        StringAssert.Contains(Assert.ThrowsExactly<FormatException>(() => TransformerModel.LoadLlama2c(path)).Message, "32 bytes");
        File.WriteAllBytes(path, [.. new[] { 8, 16, 1, 3, 1, 32, 16 }.SelectMany(BitConverter.GetBytes)]);
        StringAssert.Contains(Assert.ThrowsExactly<FormatException>(() => TransformerModel.LoadLlama2c(path)).Message, "not the header");
    }

    [TestMethod]
    public void Load_LeavesNoTensorButTheModels()
    {
        TinyTransformers.Create("gpt2").Save(_folder);
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        TransformerModel.Load(_folder).Dispose();
        Assert.AreEqual(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    private static TransformerModel Gpt2Model(ScalarType type)
    {
        using var random = TransformerModel.CreateRandom(new TransformerConfig { Layers = 2, Heads = 4, ModelWidth = 24, HeadWidth = 6, MlpWidth = 20, Vocabulary = 11, Context = 9, TiedEmbeddings = true }, 3);
        return TransformerModel.Create(random.Config, random.WeightNames.Where(name => name != "unembed.b_U").ToDictionary(
            name => name, name => random.Weight(name).mul(10).add(0.1).to_type(type).to_type(ScalarType.Float32)));
    }

    private static IEnumerable<(string Name, Tensor Value)> Gpt2Tensors(TransformerModel model, string prefix)
    {
        yield return ($"{prefix}wte.weight", model.Weight("embed.W_E"));
        yield return ("lm_head.weight", model.Weight("embed.W_E"));
        yield return ($"{prefix}wpe.weight", model.Weight("pos_embed.W_pos"));
        yield return ($"{prefix}ln_f.weight", model.Weight("ln_final.w"));
        yield return ($"{prefix}ln_f.bias", model.Weight("ln_final.b"));
        for (var layer = 0; layer < model.Config.Layers; layer++)
        {
            var (from, to) = ($"blocks.{layer}.", $"{prefix}h.{layer}.");
            // [heads, D, W] -> [D, heads * W], the three side by side.
            yield return ($"{to}attn.c_attn.weight", cat([.. "QKV".Select(letter => model.Weight($"{from}attn.W_{letter}").transpose(0, 1).flatten(1))], 1));
            yield return ($"{to}attn.c_attn.bias", cat([.. "QKV".Select(letter => model.Weight($"{from}attn.b_{letter}").flatten())]));
            yield return ($"{to}attn.c_proj.weight", model.Weight($"{from}attn.W_O").flatten(0, 1));
            yield return ($"{to}attn.c_proj.bias", model.Weight($"{from}attn.b_O"));
            yield return ($"{to}attn.bias", ones(1, 1, 9, 9));
            foreach (var (source, target) in new[] { ("ln1.w", "ln_1.weight"), ("ln1.b", "ln_1.bias"), ("ln2.w", "ln_2.weight"), ("ln2.b", "ln_2.bias"), ("mlp.W_in", "mlp.c_fc.weight"), ("mlp.b_in", "mlp.c_fc.bias"), ("mlp.W_out", "mlp.c_proj.weight"), ("mlp.b_out", "mlp.c_proj.bias") })
            {
                yield return (to + target, model.Weight(from + source));
            }
        }
    }

    private static IEnumerable<(string Name, Tensor Value)> LlamaTensors(TransformerModel model)
    {
        yield return ("model.embed_tokens.weight", model.Weight("embed.W_E"));
        yield return ("model.norm.weight", model.Weight("ln_final.w"));
        yield return ("lm_head.weight", model.Weight("unembed.W_U").t());
        for (var layer = 0; layer < model.Config.Layers; layer++)
        {
            var (from, to) = ($"blocks.{layer}.", $"model.layers.{layer}.");
            foreach (var letter in "QKV")
            {
                // [heads, D, W] -> [heads * W, D].
                yield return ($"{to}self_attn.{char.ToLowerInvariant(letter)}_proj.weight", model.Weight($"{from}attn.W_{letter}").transpose(1, 2).flatten(0, 1));
            }
            yield return ($"{to}self_attn.o_proj.weight", model.Weight($"{from}attn.W_O").flatten(0, 1).t());
            yield return ($"{to}self_attn.rotary_emb.inv_freq", ones(3));
            yield return ($"{to}input_layernorm.weight", model.Weight($"{from}ln1.w"));
            yield return ($"{to}post_attention_layernorm.weight", model.Weight($"{from}ln2.w"));
            yield return ($"{to}mlp.gate_proj.weight", model.Weight($"{from}mlp.W_gate").t());
            yield return ($"{to}mlp.up_proj.weight", model.Weight($"{from}mlp.W_in").t());
            yield return ($"{to}mlp.down_proj.weight", model.Weight($"{from}mlp.W_out").t());
        }
    }

    private static void AssertSame(TransformerModel expected, TransformerModel actual)
    {
        var batch = new TokenBatch([TinyTransformers.Row]);
        using var one = expected.Run(batch, HookKind.Logits);
        using var other = actual.Run(batch, HookKind.Logits);
        Assert.AreEqual(0f, (one - other).abs().max().item<float>());
    }

    private void Write(string config, IEnumerable<(string, Tensor)> tensors)
    {
        File.WriteAllText(Path.Combine(_folder, "config.json"), config);
        File.WriteAllBytes(Path.Combine(_folder, "model.safetensors"), Safetensors.Write(tensors));
    }
}
