using Microsoft.ML.Extensions.Persistence;
using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Interpretability.Tests.Models.Loading;

/// <summary>Models in the layouts in which others write them.</summary>
internal static class Checkpoints
{
    public const string Gpt2 = """{"model_type":"gpt2","n_layer":2,"n_head":4,"n_embd":24,"vocab_size":11,"n_positions":9,"n_inner":20}""";
    public const string Llama = """{"model_type":"llama","num_hidden_layers":2,"num_attention_heads":4,"num_key_value_heads":2,"hidden_size":12,"head_dim":6,"intermediate_size":20,"vocab_size":11,"max_position_embeddings":9,"rms_norm_eps":1e-5}""";

    public static TransformerModel Gpt2Model(ScalarType type)
    {
        using var random = TransformerModel.CreateRandom(new TransformerConfig
        {
            Layers = 2,
            Heads = 4,
            ModelWidth = 24,
            HeadWidth = 6,
            MlpWidth = 20,
            Vocabulary = 11,
            Context = 9,
            TiedEmbeddings = true
        }, 3);
        return TransformerModel.Create(random.Config, random.WeightNames.Where(name => name != "unembed.b_U").ToDictionary(
            name => name, name => random.Weight(name).Scaled(10).Plus(0.1).to_type(type).to_type(ScalarType.Float32)));
    }

    public static IEnumerable<(string Name, Tensor Value)> Gpt2Tensors(TransformerModel model, string prefix)
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
            yield return ($"{to}attn.c_attn.weight",
                cat([.. "QKV".Select(letter => model.Weight($"{from}attn.W_{letter}").transpose(0, 1).flatten(1))], 1));
            yield return ($"{to}attn.c_attn.bias", cat([.. "QKV".Select(letter => model.Weight($"{from}attn.b_{letter}").flatten())]));
            yield return ($"{to}attn.c_proj.weight", model.Weight($"{from}attn.W_O").flatten(0, 1));
            yield return ($"{to}attn.c_proj.bias", model.Weight($"{from}attn.b_O"));
            yield return ($"{to}attn.bias", ones(1, 1, 9, 9));
            foreach (var (source, target) in new[] { ("ln1.w", "ln_1.weight"), ("ln1.b", "ln_1.bias"), ("ln2.w", "ln_2.weight"),
                ("ln2.b", "ln_2.bias"), ("mlp.W_in", "mlp.c_fc.weight"), ("mlp.b_in", "mlp.c_fc.bias"), ("mlp.W_out", "mlp.c_proj.weight"),
                    ("mlp.b_out", "mlp.c_proj.bias") })
            {
                yield return (to + target, model.Weight(from + source));
            }
        }
    }

    public static IEnumerable<(string Name, Tensor Value)> LlamaTensors(TransformerModel model)
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
                yield return ($"{to}self_attn.{char.ToLowerInvariant(letter)}_proj.weight",
                    model.Weight($"{from}attn.W_{letter}").transpose(1, 2).flatten(0, 1));
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

    /// <summary>The largest difference of two models' logits.</summary>
    public static float Difference(TransformerModel expected, TransformerModel actual)
    {
        var batch = new TokenBatch([TinyTransformers.Row]);
        using var one = expected.Run(batch, HookKind.Logits);
        using var other = actual.Run(batch, HookKind.Logits);
        return (one - other).abs().max().Item<float>();
    }

    /// <summary>Writes a folder as Hugging Face does.</summary>
    public static void Write(string folder, string config, IEnumerable<(string, Tensor)> tensors)
    {
        File.WriteAllText(Path.Combine(folder, "config.json"), config);
        File.WriteAllBytes(Path.Combine(folder, "model.safetensors"), Safetensors.Write(tensors));
    }

    /// <summary>A configuration with further settings.</summary>
    public static string With(string config, string settings) => settings.Length == 0 ? config : $"{config[..^1]},{settings}}}";

    /// <summary>The same model with some weights changed.</summary>
    public static TransformerModel Changed(TransformerModel model, Func<string, Tensor, Tensor?> change) => TransformerModel.Create(
        model.Config, model.WeightNames.Select(name => (name, Value: change(name, model.Weight(name))))
            .Where(pair => pair.Value is not null).ToDictionary(pair => pair.name, pair => pair.Value!));
}
