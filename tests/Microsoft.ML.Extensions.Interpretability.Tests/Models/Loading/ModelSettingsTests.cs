using System.Text;
using Microsoft.ML.Extensions.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Interpretability.Tests.Models.Loading;

/// <summary>Settings of a config.json are honoured, known to change nothing, or refused by name.</summary>
[TestClass]
public sealed class ModelSettingsTests
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mlx").FullName;
    private DisposeScope _scope = null!;

    [TestInitialize]
    public void Open() => _scope = NewDisposeScope();

    [TestCleanup]
    public void Close()
    {
        _scope.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [TestMethod]
    [DataRow("\"scale_attn_by_inverse_layer_idx\":true", 1.0, 0.5)]
    [DataRow("\"scale_attn_by_inverse_layer_idx\":true,\"reorder_and_upcast_attn\":true", 1.0, 0.5)]
    [DataRow("\"scale_attn_weights\":false", 2.449489742783178, 2.449489742783178)]
    [DataRow("\"scale_attn_weights\":false,\"scale_attn_by_inverse_layer_idx\":true", 2.449489742783178, 1.224744871391589)]
    [DataRow("\"scale_attn_weights\":true,\"scale_attn_by_inverse_layer_idx\":false", 1.0, 1.0)]
    public void Gpt2_OfAttentionScales_ComputesAsQueriesScaledByLayer(string settings, double first, double second)
    {
        using var model = Checkpoints.Gpt2Model(ScalarType.Float32);
        Checkpoints.Write(_folder, Checkpoints.With(Checkpoints.Gpt2, settings), Checkpoints.Gpt2Tensors(model, ""));
        using var expected = Checkpoints.Changed(model, (name, value) => name switch
        {
            "blocks.0.attn.W_Q" or "blocks.0.attn.b_Q" => value.Scaled(first),
            "blocks.1.attn.W_Q" or "blocks.1.attn.b_Q" => value.Scaled(second),
            "unembed.b_U" => null,
            _ => value,
        });
        using var loaded = TransformerModel.Load(_folder);
        Assert.IsLessThan(1e-5f, Checkpoints.Difference(expected, loaded));
        Assert.IsTrue(first == 1 && second == 1
            || Checkpoints.Difference(model, loaded) > 1e-3f, "the settings change nothing in this model");
    }

    [TestMethod]
    [DataRow("gelu", TransformerActivation.Gelu)]
    [DataRow("gelu_python", TransformerActivation.Gelu)]
    [DataRow("gelu_new", TransformerActivation.GeluTanh)]
    [DataRow("gelu_fast", TransformerActivation.GeluTanh)]
    [DataRow("gelu_accurate", TransformerActivation.GeluTanh)]
    [DataRow("relu", TransformerActivation.Relu)]
    [DataRow("silu", TransformerActivation.Silu)]
    public void Gpt2_OfActivations_TakesTheOneOfThatName(string name, TransformerActivation activation)
    {
        using var model = Checkpoints.Gpt2Model(ScalarType.Float32);
        Checkpoints.Write(_folder, Checkpoints.With(Checkpoints.Gpt2, $"\"activation_function\":\"{name}\""),
            Checkpoints.Gpt2Tensors(model, ""));
        using var loaded = TransformerModel.Load(_folder);
        Assert.AreEqual(activation, loaded.Config.Activation);
    }

    [TestMethod]
    public void Gpt2_OfUntiedEmbeddings_ReadsTheHead()
    {
        using var model = Checkpoints.Gpt2Model(ScalarType.Float32);
        var tensors = Checkpoints.Gpt2Tensors(model, "transformer.")
            .Select(pair => pair.Name == "lm_head.weight" ? (pair.Name, pair.Value.Scaled(2)) : pair);
        Checkpoints.Write(_folder, Checkpoints.With(Checkpoints.Gpt2, "\"tie_word_embeddings\":false"), tensors);
        using var loaded = TransformerModel.Load(_folder);
        using var head = loaded.Weight("unembed.W_U");
        using var embed = loaded.Weight("embed.W_E");
        Assert.IsTrue(head.Equals(embed.t().Scaled(2)));
    }

    [TestMethod]
    [DataRow("gpt2", "\"architectures\":[\"GPT2LMHeadModel\"],\"attn_pdrop\":0.1,\"resid_pdrop\":0.1,\"embd_pdrop\":0.1,\"initializer_range\":0.02,\"bos_token_id\":50256,\"eos_token_id\":50256,\"summary_type\":\"cls_index\",\"summary_use_proj\":true,\"summary_activation\":null,\"summary_first_dropout\":0.1,\"summary_proj_to_labels\":true,\"task_specific_params\":{\"text-generation\":{\"do_sample\":true,\"max_length\":50}},\"n_ctx\":9,\"torch_dtype\":\"float32\",\"transformers_version\":\"4.40.0\",\"use_cache\":true,\"_name_or_path\":\"x\",\"activation_function\":\"gelu_new\",\"layer_norm_epsilon\":1e-05,\"add_cross_attention\":false,\"is_encoder_decoder\":false,\"pruned_heads\":{},\"quantization_config\":null")]
    [DataRow("llama", "\"architectures\":[\"LlamaForCausalLM\"],\"attention_dropout\":0.0,\"pretraining_tp\":2,\"rope_scaling\":null,\"rope_theta\":10000.0,\"hidden_act\":\"silu\",\"mlp_bias\":false,\"attention_bias\":false,\"sliding_window\":null,\"use_sliding_window\":false,\"partial_rotary_factor\":1.0,\"dtype\":\"bfloat16\",\"pad_token_id\":0,\"use_cache\":true,\"tie_word_embeddings\":false,\"unknown_of_tomorrow\":null")]
    public void SettingsThatChangeNothing_AreAccepted(string layout, string settings)
    {
        WriteLayout(layout, settings);
        TransformerModel.Load(_folder).Dispose();
    }

    [TestMethod]
    [DataRow("gpt2", "add_cross_attention", "true")]
    [DataRow("gpt2", "is_encoder_decoder", "true")]
    [DataRow("gpt2", "pruned_heads", "{\"0\":[1]}")]
    [DataRow("gpt2", "quantization_config", "{\"bits\":4}")]
    [DataRow("gpt2", "auto_map", "{\"AutoModel\":\"code.Model\"}")]
    [DataRow("gpt2", "multi_query", "true")]
    [DataRow("gpt2", "something_new", "false")]
    [DataRow("gpt2", "scale_attn_weights", "null")]
    [DataRow("gpt2", "scale_attn_weights", "\"no\"")]
    [DataRow("gpt2", "tie_word_embeddings", "null")]
    [DataRow("gpt2", "activation_function", "\"quick_gelu\"")]
    [DataRow("gpt2", "hidden_size", "25")]
    [DataRow("gpt2", "layer_norm_epsilon", "\"1e-5\"")]
    [DataRow("llama", "mlp_bias", "true")]
    [DataRow("llama", "sliding_window", "4")]
    [DataRow("llama", "use_sliding_window", "true")]
    [DataRow("llama", "partial_rotary_factor", "0.5")]
    [DataRow("llama", "final_logit_softcapping", "30.0")]
    [DataRow("llama", "embedding_multiplier", "12")]
    [DataRow("llama", "layer_types", "[\"sliding_attention\"]")]
    [DataRow("llama", "num_local_experts", "8")]
    [DataRow("llama", "something_new", "3")]
    [DataRow("llama", "rope_scaling", "{\"type\":\"linear\",\"factor\":2.0}")]
    [DataRow("llama", "rope_scaling", "{\"rope_type\":\"llama3\",\"factor\":8.0}")]
    [DataRow("llama", "rope_scaling", "\"yarn\"")]
    [DataRow("llama", "rope_scaling", "{\"rope_type\":\"default\",\"mrope_section\":[1,2]}")]
    [DataRow("llama", "rope_parameters", "{\"rope_type\":\"default\",\"rope_theta\":\"x\"}")]
    [DataRow("llama", "rope_parameters", "{\"rope_type\":\"default\",\"partial_rotary_factor\":0.5}")]
    [DataRow("llama", "rope_parameters", "{\"full_attention\":{\"rope_type\":\"default\"}}")]
    [DataRow("llama", "rope_theta", "\"x\"")]
    [DataRow("llama", "rms_norm_eps", "0")]
    public void SettingsThatChangeTheFunction_AreRefusedByName(string layout, string name, string value)
    {
        WriteLayout(layout, $"\"{name}\":{value}");
        var message = Assert.ThrowsExactly<FormatException>(() => TransformerModel.Load(_folder)).Message;
        StringAssert.Contains(message, Path.Combine(_folder, "config.json"));
        StringAssert.Contains(message, name == "rms_norm_eps" ? "NormEpsilon" : name);
    }

    [TestMethod]
    [DataRow("\"rope_theta\":500000.0", 500_000.0)]
    [DataRow("\"rope_theta\":10000.0,\"rope_parameters\":{\"rope_type\":\"default\",\"rope_theta\":1000000.0}", 1_000_000.0)]
    [DataRow("\"rope_scaling\":{\"type\":\"default\"}", 10_000.0)]
    [DataRow("\"rope_scaling\":null,\"rope_parameters\":{\"rope_theta\":20000,\"partial_rotary_factor\":1.0}", 20_000.0)]
    public void Llama_OfPlainRotations_TakesTheirBase(string settings, double wavelength)
    {
        WriteLayout("llama", settings);
        using var loaded = TransformerModel.Load(_folder);
        Assert.AreEqual(wavelength, loaded.Config.RotaryBase);
    }

    [TestMethod]
    public void Llama_OfAttentionBias_UsesBiasesOnlyWhereItIsTrue()
    {
        using var model = TinyTransformers.Create("llama");
        using var without = Checkpoints.Changed(model, (name, value) => name.Contains(".b_", StringComparison.Ordinal) ? null : value);
        using var with = Checkpoints.Changed(model, (name, value) => name.Contains(".b_", StringComparison.Ordinal)
            && !name.Contains(".attn.", StringComparison.Ordinal) ? null : value);
        var tensors = Checkpoints.LlamaTensors(model).Concat(Biases(model)).ToArray();

        Checkpoints.Write(_folder, Checkpoints.With(Checkpoints.Llama, "\"attention_bias\":true"), tensors);
        using var used = TransformerModel.Load(_folder);
        Assert.AreEqual(0f, Checkpoints.Difference(with, used));

        Checkpoints.Write(_folder, Checkpoints.With(Checkpoints.Llama, "\"attention_bias\":false"), tensors);
        using var ignored = TransformerModel.Load(_folder);
        Assert.AreEqual(0f, Checkpoints.Difference(without, ignored));

        Checkpoints.Write(_folder, Checkpoints.Llama, tensors);
        StringAssert.Contains(Assert.ThrowsExactly<FormatException>(() => TransformerModel.Load(_folder)).Message, "'attention_bias'");

        Checkpoints.Write(_folder, Checkpoints.With(Checkpoints.Llama, "\"attention_bias\":true"), Checkpoints.LlamaTensors(model));
        StringAssert.Contains(
            Assert.ThrowsExactly<FormatException>(() => TransformerModel.Load(_folder)).Message, "q_proj.bias' is missing");
    }

    [TestMethod]
    [DataRow("gpt2", "n_layer", "10000000", "Layers")]
    [DataRow("gpt2", "n_layer", "0", "Layers")]
    [DataRow("gpt2", "n_layer", "999", "is missing")]
    [DataRow("gpt2", "n_head", "0", "does not divide")]
    [DataRow("gpt2", "n_head", "-1", "does not divide")]
    [DataRow("gpt2", "n_head", "5", "does not divide")]
    [DataRow("gpt2", "vocab_size", "2147483648", "vocab_size")]
    [DataRow("gpt2", "vocab_size", "2147483647", "Vocabulary")]
    [DataRow("gpt2", "vocab_size", "9999999", "[9999999, 24]")]
    [DataRow("gpt2", "vocab_size", "1e3", "of another kind")]
    [DataRow("gpt2", "n_embd", "536870912", "ModelWidth")]
    [DataRow("gpt2", "n_inner", "0", "n_inner")]
    [DataRow("gpt2", "n_positions", "2147483647", "Context")]
    [DataRow("llama", "num_hidden_layers", "10000000", "Layers")]
    [DataRow("llama", "num_attention_heads", "0", "num_attention_heads")]
    [DataRow("llama", "num_key_value_heads", "0", "0 for keys")]
    [DataRow("llama", "num_key_value_heads", "3", "3 for keys")]
    [DataRow("llama", "head_dim", "5", "even width")]
    [DataRow("llama", "head_dim", "0", "HeadWidth")]
    [DataRow("llama", "head_dim", "99998", "q_proj.weight' is")]
    [DataRow("llama", "intermediate_size", "0", "intermediate_size")]
    [DataRow("llama", "max_position_embeddings", "0", "Context")]
    public void SizesThatCannotBe_AreRefusedBeforeAnythingIsMade(string layout, string name, string value, string part)
    {
        WriteLayout(layout, $"\"{name}\":{value}");
        var before = GC.GetAllocatedBytesForCurrentThread();
        var message = Assert.ThrowsExactly<FormatException>(() => TransformerModel.Load(_folder)).Message;
        StringAssert.Contains(message, part);
        Assert.IsLessThan(50_000_000L, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [TestMethod]
    public void HeadWidthThatIsNotGiven_MustFollowFromTheWidth()
    {
        WriteLayout("llama", "\"head_dim\":null,\"num_attention_heads\":8,\"num_key_value_heads\":2");
        StringAssert.Contains(
            Assert.ThrowsExactly<FormatException>(() => TransformerModel.Load(_folder)).Message, "'head_dim' must be given");
    }

    [TestMethod]
    [DataRow("utf-8")]
    [DataRow("utf-16")]
    [DataRow("utf-16BE")]
    public void ConfigWithAByteOrderMark_IsRead(string encoding)
    {
        WriteLayout("gpt2", "");
        File.WriteAllText(Path.Combine(_folder, "config.json"), Checkpoints.Gpt2, Encoding.GetEncoding(encoding));
        TransformerModel.Load(_folder).Dispose();
    }

    [TestMethod]
    public void OwnConfig_WithWhatThisVersionDoesNotKnow_IsRefused()
    {
        using var model = TinyTransformers.Create("gpt2");
        model.Save(_folder);
        var path = Path.Combine(_folder, "config.json");
        var config = File.ReadAllText(path);
        File.WriteAllText(path, config.Replace("\"Layers\"", "\"Windows\": 3, \"Layers\"", StringComparison.Ordinal));
        StringAssert.Contains(Assert.ThrowsExactly<FormatException>(() => TransformerModel.Load(_folder)).Message, "Windows");
        File.WriteAllText(path, config.Replace("\"Heads\": 4", "\"Heads\": 10000000", StringComparison.Ordinal));
        StringAssert.Contains(Assert.ThrowsExactly<FormatException>(() => TransformerModel.Load(_folder)).Message, "Heads is 10000000");
        File.WriteAllText(path, config.Replace("\"GeluTanh\"", "99", StringComparison.Ordinal));
        StringAssert.Contains(Assert.ThrowsExactly<FormatException>(() => TransformerModel.Load(_folder)).Message, "Activation");
    }

    private void WriteLayout(string layout, string settings)
    {
        if (layout == "gpt2")
        {
            using var model = Checkpoints.Gpt2Model(ScalarType.Float32);
            Checkpoints.Write(_folder, Checkpoints.With(Checkpoints.Gpt2, settings), Checkpoints.Gpt2Tensors(model, ""));
        }
        else
        {
            using var model = TinyTransformers.Create("llama");
            Checkpoints.Write(_folder, Checkpoints.With(Checkpoints.Llama, settings), Checkpoints.LlamaTensors(model));
        }
    }

    private static IEnumerable<(string Name, Tensor Value)> Biases(TransformerModel model)
    {
        for (var layer = 0; layer < model.Config.Layers; layer++)
        {
            foreach (var letter in "QKVO")
            {
                yield return ($"model.layers.{layer}.self_attn.{char.ToLowerInvariant(letter)}_proj.bias",
                    model.Weight($"blocks.{layer}.attn.b_{letter}").flatten());
            }
        }
    }
}
