using System.Text;
using System.Text.Json;

namespace Microsoft.ML.Extensions.Interpretability.Tests.Models.Tokens;

/// <summary>Tokenizers' files as the tools write them.</summary>
internal static class TokenizerFiles
{
    public const int EndOfText = 259;

    public static readonly string[] Merges = ["h e", "l l", "he ll"];

    /// <summary>GPT-2's characters for bytes, what merges make, and the end of a text last.</summary>
    public static IReadOnlyDictionary<string, int> Gpt2Tokens { get; } = Gpt2Bytes()
        .Concat(Merges.Select(merge => merge.Replace(" ", "", StringComparison.Ordinal))).Append("<|endoftext|>")
        .Select((text, token) => (text, token)).ToDictionary(pair => pair.text, pair => pair.token);

    public static void WriteGpt2(string folder)
    {
        File.WriteAllText(Path.Combine(folder, "vocab.json"), JsonSerializer.Serialize(Gpt2Tokens));
        File.WriteAllText(Path.Combine(folder, "merges.txt"), "#version: 0.2\n" + string.Join("\n", Merges) + "\n");
    }

    /// <summary>As transformers 5 writes it: vocabulary and merges in tokenizer.json alone.</summary>
    public static string Gpt2InOne(bool mergesAsPairs, string changed = "", string by = "")
    {
        var json = JsonSerializer.Serialize(new
        {
            version = "1.0",
            truncation = (object?)null,
            added_tokens = new[] { new { id = EndOfText, content = "<|endoftext|>", single_word = false, lstrip = false, rstrip = false,
                normalized = true, special = true } },
            normalizer = (object?)null,
            pre_tokenizer = new { type = "ByteLevel", add_prefix_space = false, trim_offsets = true, use_regex = true },
            post_processor = new { type = "ByteLevel", add_prefix_space = true, trim_offsets = false, use_regex = true },
            decoder = new { type = "ByteLevel", add_prefix_space = true, trim_offsets = true, use_regex = true },
            model = new
            {
                type = "BPE",
                dropout = (double?)null,
                unk_token = (string?)null,
                continuing_subword_prefix = "",
                end_of_word_suffix = "",
                fuse_unk = false,
                byte_fallback = false,
                vocab = Gpt2Tokens,
                merges = mergesAsPairs ? (object)Merges.Select(merge => merge.Split(' ')).ToArray() : Merges,
            },
        });
        return changed.Length == 0 ? json : json.Replace(changed, by, StringComparison.Ordinal);
    }

    /// <summary>
    /// A SentencePiece model of byte pairs with bytes for what is unknown, as Llama's: 0 to 2 for unknown, begin and end, bytes from 3 on.
    /// </summary>
    /// <param name="more">Further pieces with their types (1 normal, 3 control, 4 user-defined), from 259 on.</param>
    public static byte[] SentencePiece(params (string Text, ulong Type)[] more)
    {
        var model = new ProtocolBuffer();
        var pieces = new (string Text, ulong Type)[] { ("<unk>", 2), ("<s>", 3), ("</s>", 3) }
            .Concat(Enumerable.Range(0, 256).Select(value => ($"<0x{value:X2}>", 6UL))).Concat(more);
        foreach (var ((text, type), index) in pieces.Select((piece, index) => (piece, index)))
        {
            var piece = new ProtocolBuffer();
            piece.Add(1, text);
            piece.Add(2, (float)-index);
            piece.Add(3, type);
            model.Add(1, piece);
        }
        var trainer = new ProtocolBuffer();
        foreach (var (field, value) in new (int, ulong)[] { (3, 2), (35, 1), (40, 0), (41, 1), (42, 2) })
        {
            trainer.Add(field, value);
        }
        model.Add(2, trainer);
        var normalizer = new ProtocolBuffer();
        normalizer.Add(1, "identity");
        foreach (var (field, value) in new (int, ulong)[] { (3, 1), (4, 0), (5, 1) })
        {
            normalizer.Add(field, value);
        }
        model.Add(3, normalizer);
        return model.ToArray();
    }

    /// <summary>llama2.c's form of the same vocabulary.</summary>
    public static byte[] Llama2c(params string[] more)
    {
        var tokens = new[] { "<unk>", "\n<s>\n", "\n</s>\n" }.Concat(Enumerable.Range(0, 256).Select(value => $"<0x{value:X2}>"))
            .Concat(more)
            .Select(Encoding.UTF8.GetBytes).ToArray();
        return [.. BitConverter.GetBytes(tokens.Max(token => token.Length)), .. tokens.SelectMany(
            (token, index) => (byte[])[.. BitConverter.GetBytes((float)-index), .. BitConverter.GetBytes(token.Length), .. token])];
    }

    private static IEnumerable<string> Gpt2Bytes()
    {
        var printed = Enumerable.Range(33, 94).Concat(Enumerable.Range(161, 12)).Concat(Enumerable.Range(174, 82)).ToArray();
        return printed.Concat(Enumerable.Range(256, 256 - printed.Length)).Select(code => ((char)code).ToString());
    }
}
