using Microsoft.ML.Extensions.Interpretability;
using Microsoft.ML.Extensions.Interpretability.Tests.Models.Tokens;
using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Fuzz.Kinds;

/// <summary>Tokenizers' files of every kind that is read, each changed beside the others.</summary>
internal static class TokenizerSeeds
{
    private static readonly Type[] Refusals = [typeof(FormatException), typeof(FileNotFoundException), typeof(NotSupportedException)];

    public static IReadOnlyList<FuzzSeed> All(string folder)
    {
        var gpt2 = Gpt2(Path.Combine(folder, "gpt2"));
        var symbols = Path.Combine(folder, "symbols");
        TransformerTokenizer.OfCharacters(["<s>", "a", "b"], first: "<s>").Save(Directory.CreateDirectory(symbols).FullName);
        var piece = Path.Combine(folder, "some.model");
        File.WriteAllBytes(piece, TokenizerFiles.SentencePiece(("\u2581a", 1), ("a", 1), ("\u2581", 1), ("<sep>", 4), ("<pad>", 3)));
        var llama2c = Path.Combine(folder, "tok.bin");
        File.WriteAllBytes(llama2c, TokenizerFiles.Llama2c(" a", "a", " "));
        return
        [
            .. new[] { "vocab.json", "merges.txt", "added_tokens.json", "special_tokens_map.json", "tokenizer_config.json",
                "tokenizer.json" }
                .Select(name => Of(Path.Combine(gpt2, name), () => TransformerTokenizer.Load(gpt2), gpt2)),
            Of(Path.Combine(symbols, "vocabulary.json"), () => TransformerTokenizer.Load(symbols), symbols),
            Of(piece, () => TransformerTokenizer.LoadSentencePiece(piece), piece),
            Of(llama2c, () => TransformerTokenizer.LoadLlama2c(llama2c), llama2c),
        ];
    }

    private static FuzzSeed Of(string path, Func<TransformerTokenizer> load, string named)
    {
        var whole = File.ReadAllBytes(path);
        return new FuzzSeed(Path.GetFileName(path), whole, random => FileChange.Drawn(whole, random), input =>
        {
            File.WriteAllBytes(path, input);
            try
            {
                TransformerTokenizer? tokenizer = null;
                if (!Refusal.Reads(() => tokenizer = load(), named, Refusals))
                {
                    return false;
                }
                Use(tokenizer!);
                return true;
            }
            finally
            {
                // The next input may be of another of these files.
                File.WriteAllBytes(path, whole);
            }
        });
    }

    private static void Use(TransformerTokenizer tokenizer)
    {
        try
        {
            var tokens = tokenizer.Encode("a<sep> ab<|endoftext|>\u00E9\u2603");
            if (tokens.Any(token => token < 0 || token >= tokenizer.VocabularySize))
            {
                throw new Finding($"answer: a token is beyond the vocabulary of {tokenizer.VocabularySize}");
            }
        }
        catch (ArgumentException)
        {
            // The vocabulary cannot say it.
        }
        foreach (var token in Enumerable.Range(0, Math.Min(tokenizer.VocabularySize, 8)).Append(tokenizer.VocabularySize - 1))
        {
            try
            {
                tokenizer.Decode([token]);
            }
            catch (ArgumentOutOfRangeException)
            {
                // Numbers between tokens.
            }
        }
    }

    private static string Gpt2(string folder)
    {
        Directory.CreateDirectory(folder);
        TokenizerFiles.WriteGpt2(folder);
        File.WriteAllText(Path.Combine(folder, "added_tokens.json"), "{\"<sep>\": 260, \"<mask>\": 261}");
        File.WriteAllText(
            Path.Combine(folder, "special_tokens_map.json"),
            "{\"bos_token\": \"<|endoftext|>\", \"mask_token\": {\"content\": \"<mask>\", \"lstrip\": true}, \"additional_special_tokens\": [\"<x>\"]}");
        File.WriteAllText(
            Path.Combine(folder, "tokenizer_config.json"),
            "{\"add_prefix_space\": false, \"added_tokens_decoder\": {\"260\": {\"content\": \"<sep>\", \"lstrip\": false}}, \"tokenizer_class\": \"GPT2Tokenizer\"}");
        File.WriteAllText(Path.Combine(folder, "tokenizer.json"), TokenizerFiles.Gpt2InOne(false));
        return folder;
    }
}
