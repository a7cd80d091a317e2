using System.Text.Json;
using Microsoft.ML.Extensions.Pretrained;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Reads the files that sentence-transformers writes for an encoder: <c>modules.json</c>, the pooling's configuration, the longest text, the prompt.</summary>
/// <remarks>https://github.com/UKPLab/sentence-transformers (Transformer, Pooling and Normalize in sentence_transformers/models).</remarks>
internal static class SentenceFiles
{
    private const string ModulesName = "modules.json";
    private const string UsualPooling = "1_Pooling";
    private const string PoolingPrefix = "pooling_mode_";

    private static readonly Dictionary<string, TextPooling> Poolings = new()
    {
        ["pooling_mode_cls_token"] = TextPooling.FirstToken,
        ["pooling_mode_mean_tokens"] = TextPooling.Mean,
        ["pooling_mode_max_tokens"] = TextPooling.Maximum,
        ["pooling_mode_mean_sqrt_len_tokens"] = TextPooling.MeanOfRoot,
    };

    /// <exception cref="FormatException">A file has an unsupported setting; the message names it.</exception>
    public static EncoderSettings Read(string folder)
    {
        var modules = Modules(folder);
        var encoder = modules is null ? folder : Path.Combine(folder, modules["Transformer"]);
        var (words, tokens) = TokenizerFiles.Settings(encoder);
        var sentences = Settings(Path.Combine(encoder, "sentence_bert_config.json"));
        var pooling = modules is null ? Path.Combine(folder, UsualPooling) : modules.TryGetValue("Pooling", out var path) ? Path.Combine(folder, path) : null;
        return new EncoderSettings(
            encoder,
            // Texts are lowercased before the tokenizer, which then treats accents by its own settings.
            sentences?.OptionalFlag("do_lower_case") == true ? words with { LowerCase = true, StripAccents = words.FoldsAccents } : words,
            TokenizerFiles.Tokens(sentences, "max_seq_length") ?? tokens,
            Pooling(pooling),
            modules?.ContainsKey("Normalize"),
            Prompt(folder));
    }

    // The last part of each module's type, and its folder.
    private static Dictionary<string, string>? Modules(string folder)
    {
        var path = Path.Combine(folder, ModulesName);
        if (!File.Exists(path))
        {
            return null;
        }
        var found = List(path).Select(module => (Type: Property(path, module, "type").Split('.')[^1], Path: Property(path, module, "path"))).ToArray();
        string[][] known = [["Transformer"], ["Transformer", "Pooling"], ["Transformer", "Pooling", "Normalize"]];
        if (!Array.Exists(known, order => order.SequenceEqual(found.Select(module => module.Type))))
        {
            throw new FormatException($"'{path}' has the modules {string.Join(", ", found.Select(module => module.Type))}; "
                + "honoured are Transformer, then Pooling, then Normalize.");
        }
        return Array.Find(found, module => Path.GetFileName(module.Path) != module.Path || module.Path is "." or "..") is { Path: { } outside }
            ? throw new FormatException($"'{path}' names the folder '{outside}'; it must lie in the same folder.")
            : found.ToDictionary(module => module.Type, module => module.Path);
    }

    private static JsonElement[] List(string path)
    {
        try
        {
            using var document = JsonDocument.Parse(GivenFile.ReadText(path));
            return document.RootElement.ValueKind == JsonValueKind.Array ? [.. document.RootElement.Clone().EnumerateArray()]
                : throw new FormatException($"'{path}' is no list of modules.");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new FormatException($"'{path}' is no JSON: {e.Message}", e);
        }
    }

    private static string Property(string path, JsonElement module, string name) =>
        module.ValueKind == JsonValueKind.Object && module.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()!
            : throw new FormatException($"'{path}' has a module without '{name}'.");

    private static TextPooling? Pooling(string? folder)
    {
        if (folder is null || Settings(Path.Combine(folder, JsonConfig.FileName)) is not { } json)
        {
            return null;
        }
        var modes = json.True.Where(name => name.StartsWith(PoolingPrefix, StringComparison.Ordinal)).ToArray();
        return modes is [var mode] && Poolings.TryGetValue(mode, out var pooling) ? pooling
            : throw new FormatException($"'{Path.Combine(folder, JsonConfig.FileName)}' pools by {(modes.Length == 0 ? "nothing" : string.Join(" and ", modes))}; "
                + $"honoured is one of {string.Join(", ", Poolings.Keys)}.");
    }

    private static string Prompt(string folder)
    {
        var json = Settings(Path.Combine(folder, "config_sentence_transformers.json"));
        return json?.OptionalText("default_prompt_name") is { } name ? json.Text("prompts", name) : "";
    }

    private static JsonSettings? Settings(string path) => File.Exists(path) ? new JsonSettings(path) : null;
}
