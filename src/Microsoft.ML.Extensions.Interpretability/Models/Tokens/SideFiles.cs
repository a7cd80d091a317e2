using System.Globalization;
using System.Text.Json;
using Microsoft.ML.Extensions.Pretrained;

namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>
/// The files that Hugging Face writes with a vocabulary: <c>tokenizer.json</c>, <c>tokenizer_config.json</c>,
/// <c>special_tokens_map.json</c> and <c>added_tokens.json</c>. They define tokens that are recognised in a text before it is split into
/// pieces.
/// </summary>
internal sealed class SideFiles
{
    public const string Tokenizer = "tokenizer.json";
    public const string Config = "tokenizer_config.json";
    public const string SpecialTokens = "special_tokens_map.json";
    public const string Added = "added_tokens.json";

    private const int MostTokens = 10_000_000;

    // In the order in which Hugging Face numbers tokens without a number.
    private static readonly string[] Roles = ["bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token"];
    private static readonly string[] Lists = ["additional_special_tokens", "extra_special_tokens"];

    private static readonly string[] LlamaClasses = ["LlamaTokenizer", "LlamaTokenizerFast", "PreTrainedTokenizerFast",
        "TokenizersBackend"];
    private static readonly string[] LlamaOff = ["do_lower_case", "split_special_tokens"];

    private readonly string _folder;
    private readonly Dictionary<string, JsonElement> _files = [];

    /// <exception cref="FormatException">One of them is no JSON object.</exception>
    public SideFiles(string folder)
    {
        _folder = folder;
        foreach (var name in Names.Where(name => File.Exists(PathOf(name))))
        {
            _files[name] = GivenJson.ReadObject(PathOf(name));
        }
    }

    /// <summary>The names of all such files.</summary>
    public static IReadOnlyList<string> Names { get; } = [Tokenizer, Config, SpecialTokens, Added];

    /// <summary>The existing files.</summary>
    public IEnumerable<string> Present => _files.Keys;

    public string PathOf(string name) => Path.Combine(_folder, name);

    public JsonElement? Find(string file) => _files.TryGetValue(file, out var root) ? root : null;

    /// <summary>A setting of a file; null where the file or the setting is missing or null.</summary>
    public JsonElement? Find(string file, string name) =>
        _files.TryGetValue(file, out var root) && root.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value
            : null;

    /// <exception cref="FormatException">The setting is neither true nor false.</exception>
    public bool Flag(string name, bool otherwise) => Find(Config, name) is not { } value ? otherwise
        : value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean()
        : throw Wrong(Config, name, $"{ConfigKeys.Short(value)}; allowed are true and false");

    public FormatException Wrong(string file, string name, string what) => new($"'{name}' of '{PathOf(file)}' is {what}.");

    /// <summary>The added tokens.</summary>
    /// <param name="vocabulary">The vocabulary itself, by text.</param>
    /// <param name="special">Texts of the vocabulary that are added tokens without being named in a file.</param>
    /// <exception cref="FormatException">
    /// A token is no text, or its number belongs to another; the message names file and token.
    /// </exception>
    public AddedTokens ReadTokens(IReadOnlyDictionary<string, int> vocabulary, IEnumerable<string> special)
    {
        var found = new TokenSet(vocabulary);
        foreach (var (file, id, value) in Numbered())
        {
            var said = Said(file, value);
            found.Add(said with { Token = Number(file, said.Text, id) }, PathOf(file));
        }
        foreach (var (file, value) in Named())
        {
            found.AddNamed(Said(file, value));
        }
        foreach (var text in special.Where(vocabulary.ContainsKey))
        {
            found.AddNamed(new AddedToken(text, 0));
        }
        return new AddedTokens(found.Tokens);
    }

    /// <summary>Checks that the settings are those of Llama's tokenizer.</summary>
    /// <exception cref="FormatException">A setting differs.</exception>
    public void CheckForLlama()
    {
        if (Find(Config, "tokenizer_class") is { } name && !LlamaClasses.Contains(name.ToString()))
        {
            throw Wrong(Config, "tokenizer_class", $"{ConfigKeys.Short(name)}; supported are {string.Join(", ", LlamaClasses)}");
        }
        if (Array.Find(LlamaOff, setting => Flag(setting, false)) is { } on)
        {
            throw Wrong(Config, on, "true, which is not supported");
        }
        if (!Flag("add_prefix_space", true))
        {
            throw Wrong(Config, "add_prefix_space", "false, which is not supported");
        }
        if (Find(Config, "sp_model_kwargs") is { } sampling && sampling.GetRawText().Replace(" ", "", StringComparison.Ordinal) != "{}")
        {
            throw Wrong(Config, "sp_model_kwargs", $"{ConfigKeys.Short(sampling)}; allowed is none");
        }
    }

    private IEnumerable<(string File, string Id, JsonElement Value)> Numbered()
    {
        foreach (var entry in List(Tokenizer, "added_tokens"))
        {
            yield return (Tokenizer, entry.ValueKind == JsonValueKind.Object && entry.TryGetProperty("id", out var id) ? id.GetRawText()
                : "missing", entry);
        }
        if (Find(Config, "added_tokens_decoder") is { } decoder)
        {
            foreach (var pair in Object(Config, "added_tokens_decoder", decoder))
            {
                yield return (Config, pair.Name, pair.Value);
            }
        }
        foreach (var pair in Find(Added)?.EnumerateObject().ToArray() ?? [])
        {
            // The same form as in Hugging Face's other files.
            yield return (Added, pair.Value.GetRawText(), JsonSerializer.SerializeToElement(pair.Name));
        }
    }

    private IEnumerable<(string File, JsonElement Value)> Named()
    {
        string[] files = [SpecialTokens, Config];
        foreach (var (role, file) in Roles.SelectMany(role => files.Select(file => (role, file))))
        {
            // Older configurations use false for none.
            if (Find(file, role) is { ValueKind: not JsonValueKind.False } value)
            {
                yield return (file, value);
            }
        }
        foreach (var (list, file) in Lists.SelectMany(list => files.Select(file => (list, file))))
        {
            foreach (var value in List(file, list))
            {
                yield return (file, value);
            }
        }
    }

    private JsonElement[] List(string file, string name) => Find(file, name) is not { } list ? []
        : list.ValueKind == JsonValueKind.Array ? [.. list.EnumerateArray()]
        : list.ValueKind == JsonValueKind.Object && file != Tokenizer ? [.. list.EnumerateObject().Select(pair => pair.Value)]
        : throw Wrong(file, name, $"{ConfigKeys.Short(list)}, and should be a list");

    private JsonProperty[] Object(string file, string name, JsonElement value) => value.ValueKind == JsonValueKind.Object
        ? [.. value.EnumerateObject()]
        : throw Wrong(file, name, $"{ConfigKeys.Short(value)}, and should be an object");

    // A text, or an object with its content and how it is found.
    private AddedToken Said(string file, JsonElement value)
    {
        bool Has(string name) => value.TryGetProperty(name, out var flag) && flag.ValueKind == JsonValueKind.True;
        var token = value.ValueKind switch
        {
            JsonValueKind.String => new AddedToken(value.GetString()!, 0),
            JsonValueKind.Object when value.TryGetProperty("content", out var content) && content.ValueKind == JsonValueKind.String =>
                new AddedToken(content.GetString()!, 0, Has("lstrip"), Has("rstrip"), Has("single_word")),
            _ => null,
        };
        return token is { Text.Length: > 0 } ? token : throw new FormatException(
            $"'{PathOf(file)}' has {ConfigKeys.Short(value)} for a token; a text is needed, or an object with 'content'.");
    }

    private int Number(string file, string text, string id) =>
        int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number < MostTokens
            ? number
            : throw new FormatException($"'{PathOf(file)}' gives the token '{text}' the number {id}; allowed are 0 to {MostTokens - 1}.");

    // Texts and numbers correspond one-to-one over all files.
    private sealed class TokenSet(IReadOnlyDictionary<string, int> vocabulary)
    {
        private readonly Dictionary<string, AddedToken> _byText = [];
        private readonly Dictionary<int, string> _texts = vocabulary.ToDictionary(pair => pair.Value, pair => pair.Key);

        public IEnumerable<AddedToken> Tokens => _byText.Values;

        public void Add(AddedToken token, string file)
        {
            if ((_texts.TryGetValue(token.Token, out var other) && other != token.Text)
                || (vocabulary.TryGetValue(token.Text, out var number) && number != token.Token)
                || (_byText.TryGetValue(token.Text, out var before) && before.Token != token.Token))
            {
                throw new FormatException(
                    $"'{file}' gives '{token.Text}' the number {token.Token}, and the vocabulary or another file gives one of them to something else.");
            }
            _texts[token.Token] = token.Text;
            _byText.TryAdd(token.Text, token);
        }

        // Hugging Face appends named tokens without a number.
        public void AddNamed(AddedToken token)
        {
            if (!_byText.ContainsKey(token.Text))
            {
                var number = vocabulary.TryGetValue(token.Text, out var known) ? known : _texts.Count;
                while (!vocabulary.ContainsKey(token.Text) && _texts.ContainsKey(number))
                {
                    number++;
                }
                _texts[number] = token.Text;
                _byText[token.Text] = token with { Token = number };
            }
        }
    }
}
