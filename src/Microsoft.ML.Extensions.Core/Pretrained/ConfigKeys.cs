using System.Text.Json;

namespace Microsoft.ML.Extensions.Pretrained;

/// <summary>
/// The settings of a <c>config.json</c> that a layout knows. Unknown ones are refused, since they may change what the model computes.
/// </summary>
internal static class ConfigKeys
{
    private const int ShownLength = 60;
    private const int MostNamed = 10;

    // Settings of training, generation, logging and storage. Names that begin with an underscore are Hugging Face's own notes.
    private static readonly HashSet<string> WithoutEffect =
    [
        // Names and versions.
        "architectures", "transformers_version", "tokenizer_class", "finetuning_task", "task_specific_params", "problem_type", "prefix",
        "id2label", "label2id", "num_labels", "torchscript", "torch_dtype", "dtype", "use_bfloat16", "tf_legacy_loss", "name_or_path",
        "model_name", "license", "language", "transformers.js_config", "unsloth_version", "unsloth_fixed", "attn_implementation",
        // Dropout, initial values and the memory of training, which a forward pass does not use.
        "attn_pdrop", "embd_pdrop", "resid_pdrop", "attention_dropout", "hidden_dropout", "hidden_dropout_prob",
            "attention_probs_dropout_prob",
        "classifier_dropout", "summary_first_dropout", "initializer_range", "gradient_checkpointing", "use_gradient_checkpointing",
        // What is returned, and how it is computed: the same numbers up to rounding.
        "use_cache", "output_attentions", "output_hidden_states", "output_scores", "return_dict", "return_dict_in_generate", "is_decoder",
        "chunk_size_feed_forward", "reorder_and_upcast_attn", "pretraining_tp", "use_flash_attention", "use_flash_attn", "flash_attention",
        // Heads for other tasks, whose tensors are refused by name.
        "summary_activation", "summary_proj_to_labels", "summary_type", "summary_use_proj", "predict_special_tokens", "n_special",
        // Tokens with a meaning for tokenizers and generation.
        "bos_token_id", "eos_token_id", "pad_token_id", "sep_token_id", "unk_token_id", "cls_token_id", "mask_token_id",
            "decoder_start_token_id",
        "forced_bos_token_id", "forced_eos_token_id", "bad_words_ids", "suppress_tokens", "begin_suppress_tokens",
        // Generation.
        "max_length", "min_length", "max_new_tokens", "do_sample", "early_stopping", "num_beams", "num_beam_groups", "num_return_sequences",
        "diversity_penalty", "temperature", "top_k", "top_p", "typical_p", "repetition_penalty", "length_penalty", "no_repeat_ngram_size",
        "encoder_no_repeat_ngram_size", "remove_invalid_values", "exponential_decay_length_penalty", "generation_config",
        // Encoder-decoder models, which are refused.
        "tie_encoder_decoder", "cross_attention_hidden_size",
    ];

    // Settings that change what is computed, with their neutral values. Null counts as missing.
    private static readonly Dictionary<string, string[]> Neutral = new()
    {
        ["is_encoder_decoder"] = ["false"],
        ["add_cross_attention"] = ["false"],
        ["pruned_heads"] = ["{}"],
        ["quantization_config"] = [],
        ["compression_config"] = [],
        ["auto_map"] = ["{}"],
        ["mlp_bias"] = ["false"],
        ["use_bias"] = [],
        ["bias"] = [],
        ["qkv_bias"] = [],
        ["use_sliding_window"] = ["false"],
        ["sliding_window"] = [],
        ["layer_types"] = [],
        ["partial_rotary_factor"] = ["1", "1.0"],
        ["rotary_pct"] = ["1", "1.0"],
        ["rotary_dim"] = [],
        ["rope_interleaved"] = [],
        ["attn_logit_softcapping"] = [],
        ["final_logit_softcapping"] = [],
        ["query_pre_attn_scalar"] = [],
        ["attention_multiplier"] = [],
        ["embedding_multiplier"] = ["1", "1.0"],
        ["residual_multiplier"] = ["1", "1.0"],
        ["logits_scaling"] = ["1", "1.0"],
        ["logit_scale"] = ["1", "1.0"],
        ["use_qk_norm"] = ["false"],
        ["qk_layernorm"] = ["false"],
        ["clip_qkv"] = [],
        ["alibi"] = ["false"],
        ["multi_query"] = ["false"],
        ["parallel_attn"] = ["false"],
        ["use_parallel_residual"] = ["false"],
        ["num_experts"] = [],
        ["num_local_experts"] = [],
    };

    /// <param name="json">The configuration.</param>
    /// <param name="honoured">What the layout reads itself.</param>
    /// <exception cref="FormatException">A setting changes what is computed, or is unknown; the message names them.</exception>
    public static void Check(JsonConfig json, IReadOnlySet<string> honoured)
    {
        var faults = json.Settings.Where(
            pair => pair.Value.ValueKind != JsonValueKind.Null && !IsHarmless(pair.Key) && !honoured.Contains(pair.Key))
            .Select(pair => Fault(pair.Key, pair.Value)).OfType<string>().ToArray();
        if (faults.Length > 0)
        {
            throw json.Wrong($"has unknown settings, or settings that change what the model computes: {Listed(faults)}. "
                + "Remove those that change nothing; a model of another kind cannot be loaded");
        }
    }

    /// <summary>A value, shortened for messages.</summary>
    public static string Short(JsonElement value) =>
        value.GetRawText() is { Length: > ShownLength } text ? $"{text[..ShownLength]}..." : value.GetRawText();

    /// <summary>The first errors, and the number of further ones.</summary>
    public static string Listed(IReadOnlyList<string> faults) => string.Join("; ", faults.Take(MostNamed))
        + (faults.Count > MostNamed ? $"; and {faults.Count - MostNamed} more" : "");

    private static bool IsHarmless(string name) => WithoutEffect.Contains(name) || name.StartsWith('_');

    private static string? Fault(string name, JsonElement value) =>
        !Neutral.TryGetValue(name, out var neutral) ? $"'{name}' is {Short(value)}, and unknown"
        : Array.Exists(neutral, text => value.GetRawText().Replace(" ", "", StringComparison.Ordinal) == text) ? null
        : $"'{name}' is {Short(value)}; allowed is {string.Join(" or ", [.. neutral.Take(1), "none"])}";
}
