using Microsoft.ML.Extensions.Pretrained;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>
/// Reads the files of a BERT tokenizer: <c>vocab.txt</c>, and, where present, <c>tokenizer.json</c> and <c>tokenizer_config.json</c>.
/// </summary>
/// <remarks>
/// <c>tokenizer_config.json</c> takes precedence over <c>tokenizer.json</c>, as in Hugging Face's loader. Other settings are refused by
/// name.
/// </remarks>
internal static class TokenizerFiles
{
    public const string VocabularyName = "vocab.txt";

    private const string ConfigName = "tokenizer_config.json";
    private const string FastName = "tokenizer.json";
    private const int MostPieces = 1 << 24;

    private static readonly string[] Classes = ["BertTokenizer", "BertTokenizerFast"];

    // The special tokens by the names that the configuration has for them.
    private static readonly (string Key, string Token)[] SpecialTokens =
        [("pad_token", "[PAD]"), ("unk_token", "[UNK]"), ("cls_token", "[CLS]"), ("sep_token", "[SEP]"), ("mask_token", "[MASK]")];

    /// <exception cref="FileNotFoundException">There is no <c>vocab.txt</c>.</exception>
    /// <exception cref="FormatException">It is not text, or its size is not that of the encoder.</exception>
    public static WordPieceVocabulary Vocabulary(string folder, int size)
    {
        var path = Path.Combine(folder, VocabularyName);
        var lines = GivenFile.ReadText(path).Split('\n', MostPieces);
        var pieces = lines.Take(lines.Length - (lines[^1].Length == 0 ? 1 : 0)).Select(line => line.TrimEnd()).ToArray();
        if (pieces.Length > size)
        {
            throw new FormatException($"'{path}' has {pieces.Length} pieces, and the encoder's 'vocab_size' is {size}; they belong to different encoders.");
        }
        var vocabulary = new WordPieceVocabulary(pieces);
        return WordPieceTokenizer.Missing(vocabulary) is { } missing
            ? throw new FormatException($"'{path}' has {pieces.Length} pieces and no '{missing}'; it is not the vocabulary of a BERT encoder.")
            : vocabulary;
    }

    /// <summary>The settings of the tokenizer, and the most tokens of a text.</summary>
    /// <exception cref="FormatException">A file has an unsupported setting; the message names it.</exception>
    public static (WordPieceSettings Settings, int? MaxTokens) Settings(string folder)
    {
        var (fast, config) = (Fast(folder), Config(folder));
        return (new WordPieceSettings(
            config?.OptionalFlag("do_lower_case") ?? fast?.LowerCase ?? true,
            config?.OptionalFlag("strip_accents") ?? fast?.StripAccents,
            config?.OptionalFlag("tokenize_chinese_chars") ?? fast?.SplitChinese ?? true),
            MaxTokens(config));
    }

    private static JsonSettings? Config(string folder)
    {
        var path = Path.Combine(folder, ConfigName);
        if (!File.Exists(path))
        {
            return null;
        }
        var json = new JsonSettings(path);
        json.Allow("tokenizer_class", Classes);
        json.Allow("do_basic_tokenize", true);
        json.AllowEmpty("never_split");
        foreach (var (key, token) in SpecialTokens)
        {
            json.AllowToken(key, token);
        }
        json.Allow("padding_side", ["right"]);
        json.Allow("truncation_side", ["right"]);
        return json;
    }

    // Where no length is set Hugging Face writes 1e30.
    private static int? MaxTokens(JsonSettings? config) => config?.OptionalNumber("model_max_length") is > int.MaxValue ? null : Tokens(config, "model_max_length");

    /// <summary>A maximum number of tokens of a text.</summary>
    /// <exception cref="FormatException">
    /// The setting is present and not a whole number, or leaves no room for the tokens around a text.
    /// </exception>
    public static int? Tokens(JsonSettings? json, string name) => json?.OptionalNumber(name) switch
    {
        null => null,
        { } number and >= WordPieceTokenizer.Around and <= int.MaxValue when number == Math.Floor(number) => (int)number,
        _ => throw json.Wrong(name, $"a whole number from {WordPieceTokenizer.Around} on"),
    };

    private static WordPieceSettings? Fast(string folder)
    {
        var path = Path.Combine(folder, FastName);
        if (!File.Exists(path))
        {
            return null;
        }
        var json = new JsonSettings(path);
        var model = json.Part("model");
        model.Require("type", "WordPiece");
        model.Allow("continuing_subword_prefix", ["##"]);
        model.Allow("unk_token", ["[UNK]"]);
        model.Allow("max_input_chars_per_word", 100);
        json.Part("pre_tokenizer").Require("type", "BertPreTokenizer");
        var normalizer = json.Part("normalizer");
        normalizer.Require("type", "BertNormalizer");
        normalizer.Allow("clean_text", true);
        return new WordPieceSettings(
            normalizer.OptionalFlag("lowercase") ?? true, normalizer.OptionalFlag("strip_accents"), normalizer.OptionalFlag("handle_chinese_chars") ?? true);
    }
}
