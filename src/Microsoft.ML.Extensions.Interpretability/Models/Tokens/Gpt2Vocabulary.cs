using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.ML.Extensions.Pretrained;
using Microsoft.ML.Tokenizers;

namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>
/// The files of GPT-2's tokenizer: <c>vocab.json</c> and <c>merges.txt</c>, or both in Hugging Face's <c>tokenizer.json</c>.
/// </summary>
internal static partial class Gpt2Vocabulary
{
    public const string Vocabulary = "vocab.json";
    public const string Merges = "merges.txt";

    private const string EndOfText = "<|endoftext|>";
    private const string VersionMark = "#version";
    private const int MostTokens = 10_000_000;

    // The most tokens without a merge: a few are reserved, many mean that merges are missing.
    private const int Reserved = 10;
    private const double ReservedPart = 0.01;

    private static readonly string[] Classes = ["GPT2Tokenizer", "GPT2TokenizerFast", "PreTrainedTokenizerFast", "TokenizersBackend"];

    // Settings of tokenizer_config.json that change tokens, with their values in GPT-2.
    private static readonly string[] Off = ["add_bos_token", "add_eos_token", "add_prefix_space", "do_lower_case", "split_special_tokens"];

    /// <exception cref="FileNotFoundException">A file is not there.</exception>
    /// <exception cref="FormatException">
    /// The files are damaged, do not fit each other, or have settings other than those of GPT-2's tokenizer.
    /// </exception>
    public static SubwordTokenizer Load(string folder)
    {
        var side = new SideFiles(folder);
        CheckSettings(side);
        var inOne = !File.Exists(Path.Combine(folder, Vocabulary)) && side.Find(SideFiles.Tokenizer) is not null;
        string[] names = inOne ? [SideFiles.Tokenizer] : [Vocabulary, Merges];
        var file = Path.Combine(folder, names[0]);
        var tokens = Tokens(file, inOne ? Model(side, "vocab") : GivenJson.ReadObject(file));
        var merges = inOne ? InOne(side.PathOf(SideFiles.Tokenizer), Model(side, "merges")) : Lines(Path.Combine(folder, Merges));
        Check(tokens, merges, Path.Combine(folder, names[^1]));
        CheckSame(side, tokens, merges);
        var added = side.ReadTokens(tokens, [EndOfText]);
        CheckMade(tokens, merges, added, Path.Combine(folder, names[^1]));
        try
        {
            var options = new BpeOptions(tokens)
            {
                Merges = merges.Select(pair => $"{pair.Left} {pair.Right}"),
                ByteLevel = true,
                PreTokenizer = new RegexPreTokenizer(Parts(), null)
            };
            return new SubwordTokenizer(
                new SubwordVocabulary(BpeTokenizer.Create(options), null, tokens.Values), added,
                names.Concat(side.Present).Distinct().ToDictionary(name => name, name => File.ReadAllBytes(Path.Combine(folder, name))));
        }
        catch (Exception e) when (
            e is InvalidOperationException or ArgumentException or KeyNotFoundException or JsonException or IndexOutOfRangeException)
        {
            throw new FormatException($"The vocabulary and merges in '{folder}' cannot be used: {e.Message}", e);
        }
    }

    private static void CheckSettings(SideFiles side)
    {
        if (side.Find(SideFiles.Config, "tokenizer_class") is { } name && !Classes.Contains(name.ToString()))
        {
            throw side.Wrong(SideFiles.Config, "tokenizer_class", $"{ConfigKeys.Short(name)}; supported are {string.Join(", ", Classes)}");
        }
        if (Array.Find(Off, setting => side.Flag(setting, false)) is { } on)
        {
            throw side.Wrong(SideFiles.Config, on, "true, which is not supported");
        }
        foreach (var part in new[] { "normalizer", "pre_tokenizer", "post_processor", "model" })
        {
            if (side.Find(SideFiles.Tokenizer, part) is { } value && !IsGpt2s(part, value))
            {
                throw side.Wrong(SideFiles.Tokenizer, part, $"{ConfigKeys.Short(value)}, which is not that of GPT-2's tokenizer");
            }
        }
    }

    private static bool IsGpt2s(string part, JsonElement value)
    {
        bool Is(string name, params string[] allowed) => value.ValueKind == JsonValueKind.Object
            && (!value.TryGetProperty(name, out var found) || found.ValueKind == JsonValueKind.Null || allowed.Contains(found.ToString()));
        return part switch
        {
            "normalizer" => false,
            "pre_tokenizer" => Is("type", "ByteLevel") && Is("add_prefix_space", "False") && Is("use_regex", "True"),
            "post_processor" => Is("type", "ByteLevel"),
            _ => Is("type", "BPE") && Is("dropout") && Is("continuing_subword_prefix", "") && Is("end_of_word_suffix", "")
                && Is("byte_fallback", "False")
                && Is("ignore_merges", "False"),
        };
    }

    // Hugging Face reads tokenizer.json first.
    private static void CheckSame(SideFiles side, Dictionary<string, int> tokens, List<(string Left, string Right)> merges)
    {
        if (side.Find(SideFiles.Tokenizer, "model") is null)
        {
            return;
        }
        var file = side.PathOf(SideFiles.Tokenizer);
        var others = Tokens(file, Model(side, "vocab"));
        if (others.Count != tokens.Count || others.Any(pair => !tokens.TryGetValue(pair.Key, out var number) || number != pair.Value)
            || !InOne(file, Model(side, "merges")).SequenceEqual(merges))
        {
            throw new FormatException(
                $"'{file}' has another vocabulary or other merges than '{Vocabulary}' and '{Merges}' beside it; remove what is out of date.");
        }
    }

    private static JsonElement Model(SideFiles side, string name) =>
        side.Find(SideFiles.Tokenizer, "model") is { } model && model.TryGetProperty(name, out var value)
            ? value
            : throw side.Wrong(SideFiles.Tokenizer, "model", $"without '{name}'");

    private static Dictionary<string, int> Tokens(string file, JsonElement vocabulary)
    {
        var (tokens, numbers) = (new Dictionary<string, int>(), new HashSet<int>());
        if (vocabulary.ValueKind != JsonValueKind.Object)
        {
            throw new FormatException($"The vocabulary in '{file}' is no object of tokens with their numbers.");
        }
        foreach (var pair in vocabulary.EnumerateObject())
        {
            if (pair.Value.ValueKind != JsonValueKind.Number || !pair.Value.TryGetInt32(out var number) || number is < 0 or >= MostTokens)
            {
                throw new FormatException(
                    $"'{file}' gives the token '{pair.Name}' the number {ConfigKeys.Short(pair.Value)}; allowed are 0 to {MostTokens - 1}.");
            }
            if (!tokens.TryAdd(pair.Name, number) || !numbers.Add(number))
            {
                throw new FormatException($"'{file}' has the token '{pair.Name}' or its number {number} twice.");
            }
        }
        return tokens.Count > 0 ? tokens : throw new FormatException($"'{file}' has no tokens.");
    }

    private static List<(string Left, string Right)> Lines(string file)
    {
        var merges = new List<(string, string)>();
        foreach (var (line, number) in GivenFile.ReadText(file).Split('\n').Select((line, index) => (line.TrimEnd('\r'), index + 1)))
        {
            if (line.Length > 0 && !line.StartsWith(VersionMark, StringComparison.Ordinal))
            {
                merges.Add(Pair(line)
                    ?? throw new FormatException($"Line {number} of '{file}' is no pair of tokens with a space between them."));
            }
        }
        return merges;
    }

    private static List<(string Left, string Right)> InOne(string file, JsonElement merges)
    {
        if (merges.ValueKind != JsonValueKind.Array)
        {
            throw new FormatException($"The merges in '{file}' are no list.");
        }
        return [.. merges.EnumerateArray().Select(merge => merge switch
        {
            { ValueKind: JsonValueKind.String } => Pair(merge.GetString()!),
            { ValueKind: JsonValueKind.Array } when merge.GetArrayLength() == 2 => (merge[0].ToString(), merge[1].ToString()),
            _ => null,
        } ?? throw new FormatException($"The merges in '{file}' have {ConfigKeys.Short(merge)}, which is no pair of tokens."))];
    }

    private static (string Left, string Right)? Pair(string text) =>
        text.Split(' ') is [{ Length: > 0 } left, { Length: > 0 } right] ? (left, right) : null;

    private static void Check(Dictionary<string, int> tokens, List<(string Left, string Right)> merges, string file)
    {
        foreach (var (left, right) in merges)
        {
            foreach (var part in new[] { left, right, left + right })
            {
                if (!tokens.ContainsKey(part))
                {
                    throw new FormatException($"'{file}' merges '{left}' and '{right}', and the vocabulary has no '{part}'.");
                }
            }
        }
    }

    // A list of merges that was truncated between two lines looks complete, but would split words into more pieces.
    private static void CheckMade(Dictionary<string, int> tokens, List<(string Left, string Right)> merges, AddedTokens added, string file)
    {
        var made = merges.Select(merge => merge.Left + merge.Right).ToHashSet();
        var others = tokens.Where(pair => pair.Key.Length > 1 && !made.Contains(pair.Key) && added.Find(pair.Value) is null)
            .Select(pair => pair.Key).ToArray();
        if (others.Length > Reserved + (ReservedPart * tokens.Count))
        {
            throw new FormatException(
                $"'{file}' has no merge that makes {others.Length} tokens of the vocabulary ('{others[0]}' is one); the list is cut off, or of another vocabulary.");
        }
    }

    // The pattern of GPT-2's tokenizer.
    [GeneratedRegex(@"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+")]
    private static partial Regex Parts();
}
