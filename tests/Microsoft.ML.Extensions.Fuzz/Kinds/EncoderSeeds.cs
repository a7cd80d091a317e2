using System.Text;
using System.Text.Json.Nodes;
using Microsoft.ML.Extensions.Sequence;
using Microsoft.ML.Extensions.Sequence.Tests.Ranking.Encoders;
using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Fuzz.Kinds;

/// <summary>The folder of a text encoder, each of its files changed beside the others.</summary>
internal static class EncoderSeeds
{
    private static readonly Type[] Refusals = [typeof(FormatException), typeof(FileNotFoundException)];

    private static readonly string[] Lines = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "", " ", "##", "a", "##a", "\0", "\ud800", new string('x', 5_000), new string('\n', 100_000)];

    private static readonly Dictionary<string, string> Beside = new()
    {
        ["tokenizer_config.json"] = """{"do_lower_case": true, "strip_accents": null, "tokenize_chinese_chars": true, "tokenizer_class": "BertTokenizer", "model_max_length": 12, "never_split": [], "pad_token": "[PAD]", "cls_token": {"content": "[CLS]"}, "padding_side": "right"}""",
        ["tokenizer.json"] = """{"model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##", "max_input_chars_per_word": 100}, "pre_tokenizer": {"type": "BertPreTokenizer"}, "normalizer": {"type": "BertNormalizer", "clean_text": true, "lowercase": true, "strip_accents": null, "handle_chinese_chars": true}}""",
        ["modules.json"] = """[{"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"}, {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"}, {"idx": 2, "name": "2", "path": "2_Normalize", "type": "sentence_transformers.models.Normalize"}]""",
        ["1_Pooling/config.json"] = """{"word_embedding_dimension": 12, "pooling_mode_cls_token": false, "pooling_mode_mean_tokens": true, "pooling_mode_max_tokens": false}""",
        ["sentence_bert_config.json"] = """{"max_seq_length": 10, "do_lower_case": false}""",
        ["config_sentence_transformers.json"] = """{"prompts": {"query": "find: ", "other": ""}, "default_prompt_name": "query"}""",
    };

    public static IReadOnlyList<FuzzSeed> All(string folder)
    {
        var path = Path.Combine(folder, "encoder");
        using (var made = new BertFolder())
        {
            made.Load().Dispose();
            Directory.CreateDirectory(path);
            foreach (var file in Directory.GetFiles(made.Path))
            {
                File.Copy(file, Path.Combine(path, Path.GetFileName(file)));
            }
        }
        Directory.CreateDirectory(Path.Combine(path, "1_Pooling"));
        foreach (var (name, text) in Beside)
        {
            File.WriteAllText(Path.Combine(path, name), text);
        }
        return
        [
            .. Beside.Keys.Prepend("config.json").Select(name => Of(path, name, Json)),
            Of(path, "model.safetensors", TensorChange.Drawn), Of(path, "vocab.txt", Vocabulary),
        ];
    }

    private static FuzzSeed Of(string folder, string name, Func<byte[], Random, byte[]> change)
    {
        var path = Path.Combine(folder, name);
        var whole = File.ReadAllBytes(path);
        return new FuzzSeed(name.Replace('/', '-'), whole, random => change(whole, random), input =>
        {
            File.WriteAllBytes(path, input);
            try
            {
                TextEncoder? encoder = null;
                if (!Refusal.Reads(() => encoder = TextEncoder.Load(folder), folder, Refusals))
                {
                    return false;
                }
                using (encoder)
                {
                    Use(encoder!);
                }
                return true;
            }
            finally
            {
                // The next input may be of another of these files.
                File.WriteAllBytes(path, whole);
            }
        });
    }

    private static void Use(TextEncoder encoder)
    {
        try
        {
            foreach (var vector in encoder.Encode(["wings, flowing a b c", "", "[MASK] \u4E2D heats"]))
            {
                if (vector.Length != encoder.Dimensions)
                {
                    throw new Finding($"answer: a vector has {vector.Length} numbers of {encoder.Dimensions}");
                }
                Answers.Finite("vector", vector);
            }
            Answers.Finite("vector", encoder.EncodeTokens(["wing heat"])[0].Values.ToArray());
        }
        catch (InvalidDataException)
        {
            // Weights that overflow give no finite vector, and it says so.
        }
    }

    private static byte[] Json(byte[] file, Random random)
    {
        if (random.Next(4) == 0)
        {
            return FileChange.Drawn(file, random);
        }
        var root = JsonNode.Parse(file)!;
        for (var count = random.Next(1, 4); count > 0; count--)
        {
            JsonChange.Drawn(root, random).Apply(root);
        }
        return Encoding.UTF8.GetBytes(root.ToJsonString());
    }

    private static byte[] Vocabulary(byte[] file, Random random)
    {
        if (random.Next(4) == 0)
        {
            return FileChange.Drawn(file, random);
        }
        var lines = Encoding.UTF8.GetString(file).Split('\n').ToList();
        for (var count = random.Next(1, 4); count > 0 && lines.Count > 0; count--)
        {
            var at = random.Next(lines.Count);
            switch (random.Next(4))
            {
                case 0:
                    lines.RemoveAt(at);
                    break;
                case 1:
                    lines.Insert(at, Lines[random.Next(Lines.Length)]);
                    break;
                case 2:
                    lines[at] = lines[random.Next(lines.Count)];
                    break;
                default:
                    lines[at] = Lines[random.Next(Lines.Length)];
                    break;
            }
        }
        return Encoding.UTF8.GetBytes(string.Join(random.Next(8) == 0 ? "\r\n" : "\n", lines));
    }
}
