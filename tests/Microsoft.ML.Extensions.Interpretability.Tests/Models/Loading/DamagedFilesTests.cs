using System.Text;
using Microsoft.ML.Extensions.Interpretability.Tests.Models.Tokens;
using Microsoft.ML.Extensions.Tests;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Interpretability.Tests.Models.Loading;

/// <summary>Whatever a file holds, a loader gives a model or a documented exception that names the file.</summary>
[TestClass]
public sealed class DamagedFilesTests
{
    private const int Mutations = 1_500;
    private const long MostBytes = 64_000_000;

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
    [DataRow("gpt2")]
    [DataRow("llama")]
    [DataRow("own")]
    public void Configs_Changed_GiveAModelOrAFormatException(string layout)
    {
        WriteModel(layout);
        TryAll("config.json", () => TransformerModel.Load(_folder).Dispose());
    }

    [TestMethod]
    public void Indexes_Changed_GiveAModelOrAFormatException()
    {
        WriteModel("gpt2");
        File.Move(Path.Combine(_folder, "model.safetensors"), Path.Combine(_folder, "m-1.safetensors"));
        File.WriteAllText(Path.Combine(_folder, "model.safetensors.index.json"), """{"metadata":{"total_size":1},"weight_map":{"wte.weight":"m-1.safetensors","wpe.weight":"m-1.safetensors"}}""");
        TryAll("model.safetensors.index.json", () => TransformerModel.Load(_folder).Dispose());
    }

    [TestMethod]
    [DataRow("gpt2")]
    [DataRow("lens")]
    public void Safetensors_Changed_GiveAModelOrAFormatException(string layout)
    {
        WriteModel(layout);
        var file = Path.Combine(_folder, "model.safetensors");
        TryAll("model.safetensors", layout == "lens" ? () => TransformerModel.LoadTransformerLens(file).Dispose()
            : () => TransformerModel.Load(_folder).Dispose());
    }

    [TestMethod]
    public void Llama2cModels_Changed_GiveAModelOrAFormatException()
    {
        var file = Path.Combine(_folder, "model.bin");
        File.WriteAllBytes(file, Llama2cModel());
        TryAll("model.bin", () => TransformerModel.LoadLlama2c(file).Dispose());
    }

    [TestMethod]
    [DataRow("vocab.json")]
    [DataRow("merges.txt")]
    [DataRow("added_tokens.json")]
    [DataRow("special_tokens_map.json")]
    [DataRow("tokenizer_config.json")]
    [DataRow("tokenizer.json")]
    public void Gpt2Tokenizers_Changed_GiveATokenizerOrAFormatException(string file)
    {
        TokenizerFiles.WriteGpt2(_folder);
        File.WriteAllText(Path.Combine(_folder, "added_tokens.json"), "{\"<sep>\": 260, \"<mask>\": 261}");
        File.WriteAllText(Path.Combine(_folder, "special_tokens_map.json"),
            "{\"bos_token\": \"<|endoftext|>\", \"mask_token\": {\"content\": \"<mask>\", \"lstrip\": true}, \"additional_special_tokens\": [\"<x>\"]}");
        File.WriteAllText(Path.Combine(_folder, "tokenizer_config.json"),
            "{\"add_prefix_space\": false, \"added_tokens_decoder\": {\"260\": {\"content\": \"<sep>\", \"lstrip\": false}}, \"tokenizer_class\": \"GPT2Tokenizer\"}");
        File.WriteAllText(Path.Combine(_folder, "tokenizer.json"), TokenizerFiles.Gpt2InOne(false));
        TryAll(file, () => Use(TransformerTokenizer.Load(_folder)));
    }

    [TestMethod]
    public void SentencePieceModels_Changed_GiveATokenizerOrAFormatException()
    {
        var file = Path.Combine(_folder, "some.model");
        File.WriteAllBytes(file, TokenizerFiles.SentencePiece(("\u2581a", 1), ("a", 1), ("\u2581", 1), ("<sep>", 4), ("<pad>", 3)));
        TryAll("some.model", () => Use(TransformerTokenizer.LoadSentencePiece(file)));
    }

    [TestMethod]
    public void Llama2cVocabularies_Changed_GiveATokenizerOrAFormatException()
    {
        var file = Path.Combine(_folder, "tok.bin");
        File.WriteAllBytes(file, TokenizerFiles.Llama2c(" a", "a", " "));
        TryAll("tok.bin", () => Use(TransformerTokenizer.LoadLlama2c(file)));
    }

    [TestMethod]
    public void SymbolVocabularies_Changed_GiveATokenizerOrAFormatException()
    {
        TransformerTokenizer.OfCharacters(["<s>", "a", "b"], first: "<s>").Save(_folder);
        TryAll("vocabulary.json", () => Use(TransformerTokenizer.Load(_folder)));
    }

    [TestMethod]
    public void PointersOfGitLfsAndFilesOfOtherKinds_AreReportedByName()
    {
        WriteModel("gpt2");
        TokenizerFiles.WriteGpt2(_folder);
        File.WriteAllBytes(Path.Combine(_folder, "some.model"), TokenizerFiles.SentencePiece(("a", 1)));
        File.WriteAllBytes(Path.Combine(_folder, "tok.bin"), TokenizerFiles.Llama2c("a"));
        File.WriteAllBytes(Path.Combine(_folder, "model.bin"), Llama2cModel());
        foreach (var (name, load) in Readers())
        {
            var path = Path.Combine(_folder, name);
            var whole = File.ReadAllBytes(path);
            load();
            // Merges are lines, and half of them may be whole ones.
            var half = name == "merges.txt" ? whole.Length - 3 : whole.Length / 2;
            foreach (var (content, part) in new (byte[], string)[]
            {
                ([.. "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 12345\n"u8], "git lfs pull"),
                ([.. "<!DOCTYPE html><html><head><title>Not found</title></head><body>Not found</body></html>"u8], "HTML"),
                ([.. "PK\u0003\u0004"u8, .. new byte[60]], "PyTorch"),
                ([], ""),
                (whole[..half], ""),
                (whole[..1], ""),
            })
            {
                File.WriteAllBytes(path, content);
                var message = Assert.ThrowsExactly<FormatException>(load, $"{name} of {content.Length} bytes").Message;
                StringAssert.Contains(message, name);
                StringAssert.Contains(message, part);
            }
            File.Delete(path);
            StringAssert.Contains(Assert.ThrowsExactly<FileNotFoundException>(load).Message, name);
            if (name is "some.model" or "tok.bin" or "model.bin" or "merges.txt")
            {
                Directory.CreateDirectory(path);
                StringAssert.Contains(Assert.ThrowsExactly<FileNotFoundException>(load).Message, "is a folder");
                Directory.Delete(path);
            }
            File.WriteAllBytes(path, whole);
        }
    }

    [TestMethod]
    public void FileInPlaceOfAFolder_IsReported()
    {
        var file = Path.Combine(_folder, "file");
        File.WriteAllText(file, "x");
        StringAssert.Contains(Assert.ThrowsExactly<FileNotFoundException>(() => TransformerModel.Load(file)).Message, "is a file");
        StringAssert.Contains(Assert.ThrowsExactly<FileNotFoundException>(() => TransformerTokenizer.Load(file)).Message, "is a file");
    }

    [TestMethod]
    public void Llama2cModel_OfALaterVersion_IsReported()
    {
        var file = Path.Combine(_folder, "model.bin");
        File.WriteAllBytes(file, [.. new[] { 0x616b3432, 2, 8, 16, 1, 2, 1, 32, 16 }.SelectMany(BitConverter.GetBytes), .. new byte[256]]);
        StringAssert.Contains(Assert.ThrowsExactly<FormatException>(() => TransformerModel.LoadLlama2c(file)).Message, "version 2");
    }

    private IEnumerable<(string Name, Action Load)> Readers()
    {
        void Model() => TransformerModel.Load(_folder).Dispose();
        void Tokenizer() => TransformerTokenizer.LoadGpt2(_folder);
        return
        [
            ("config.json", Model), ("model.safetensors", Model), ("vocab.json", Tokenizer), ("merges.txt", Tokenizer),
            ("some.model", () => TransformerTokenizer.LoadSentencePiece(Path.Combine(_folder, "some.model"))),
            ("tok.bin", () => TransformerTokenizer.LoadLlama2c(Path.Combine(_folder, "tok.bin"))),
            ("model.bin", () => TransformerModel.LoadLlama2c(Path.Combine(_folder, "model.bin")).Dispose()),
        ];
    }

    private void TryAll(string name, Action load)
    {
        var path = Path.Combine(_folder, name);
        var whole = File.ReadAllBytes(path);
        load();
        var refused = 0;
        for (var seed = 0; seed < Mutations; seed++)
        {
            var changed = FileChange.Drawn(whole, new Random(seed));
            File.WriteAllBytes(path, changed);
            var before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                load();
            }
            catch (Exception e) when (e is FormatException or FileNotFoundException or NotSupportedException)
            {
                refused++;
                StringAssert.Contains(e.Message, _folder, $"seed {seed}: the message does not name the file");
            }
            catch (Exception e)
            {
                Assert.Fail($"Seed {seed} of {name} gives {e.GetType().Name}: {e}\n{Encoding.Latin1.GetString(changed)}");
            }
            Assert.IsLessThan(MostBytes, GC.GetAllocatedBytesForCurrentThread() - before, $"seed {seed} of {name} takes memory");
        }
        // Otherwise the changes change nothing.
        Assert.IsGreaterThan(Mutations / 4, refused);
    }

    private static void Use(TransformerTokenizer tokenizer)
    {
        try
        {
            tokenizer.Encode("a<sep> ab<|endoftext|>\u00E9\u2603");
        }
        catch (ArgumentException)
        {
            // The vocabulary cannot say it.
        }
        foreach (var token in Enumerable.Range(0, Math.Min(tokenizer.VocabularySize, 400)))
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

    private void WriteModel(string layout)
    {
        switch (layout)
        {
            case "own":
                using (var model = TinyTransformers.Create("gpt2"))
                {
                    model.Save(_folder);
                }
                break;
            case "llama":
                using (var model = TinyTransformers.Create("llama"))
                {
                    Checkpoints.Write(_folder,
                        Checkpoints.With(Checkpoints.Llama,
                            "\"rope_scaling\":{\"type\":\"default\"},\"attention_bias\":false,\"hidden_act\":\"silu\""),
                                Checkpoints.LlamaTensors(model));
                }
                break;
            case "lens":
                using (var model = TinyTransformers.Create("gpt2"))
                {
                    model.Save(_folder);
                }
                break;
            default:
                using (var model = Checkpoints.Gpt2Model(ScalarType.Float32))
                {
                    Checkpoints.Write(_folder, Checkpoints.With(Checkpoints.Gpt2,
                        "\"activation_function\":\"gelu_new\",\"tie_word_embeddings\":true"), Checkpoints.Gpt2Tensors(model, ""));
                }
                break;
        }
    }

    private static byte[] Llama2cModel()
    {
        const int Width = 8, Mlp = 12, Layers = 2, Heads = 2, KeyHeads = 1, Vocabulary = 16, Context = 8;
        const int Count = (Vocabulary * Width) + (Layers * ((2 * Width) + (2 * Width * Width) + (2 * Width * (Width / Heads) * KeyHeads)
            + (3 * Width * Mlp))) + Width + (Context * (Width / Heads));
        var random = new Random(1);
        return [.. new[] { Width, Mlp, Layers, Heads, KeyHeads, Vocabulary, Context }.SelectMany(BitConverter.GetBytes),
            .. Enumerable.Range(0, Count).SelectMany(_ => BitConverter.GetBytes(random.NextSingle()))];
    }
}
