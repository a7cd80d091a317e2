using System.Text.Json.Nodes;

namespace Microsoft.ML.Extensions.Sequence.Tests.Ranking.Encoders.Folder;

[TestClass]
public sealed class EncoderFolderTests
{
    [TestMethod]
    [DataRow("model_type", "\"roberta\"", "'roberta'")]
    [DataRow("model_type", "null", "missing")]
    [DataRow("hidden_act", "\"mish\"", "'mish'")]
    [DataRow("position_embedding_type", "\"relative_key\"", "'relative_key'")]
    [DataRow("is_decoder", "true", "true")]
    [DataRow("add_cross_attention", "true", "true")]
    [DataRow("num_attention_heads", "5", "does not divide")]
    [DataRow("num_attention_heads", "0", "Heads")]
    [DataRow("layer_norm_eps", "0", "NormEpsilon")]
    [DataRow("layer_norm_eps", "\"tiny\"", "a number")]
    [DataRow("hidden_size", "1000000000", "Width")]
    [DataRow("num_hidden_layers", "-1", "Layers")]
    [DataRow("vocab_size", "2.5", "an integer")]
    [DataRow("embedding_size", "64", "unknown")]
    public void Config_ThatCannotBeHonouredIsRefusedByName(string key, string value, string said)
    {
        using var folder = new BertFolder();
        folder.Config[key] = JsonNode.Parse(value);
        var message = Assert.ThrowsExactly<FormatException>(() => folder.Load()).Message;
        Assert.Contains("config.json", message);
        Assert.Contains(said, message);
    }

    [TestMethod]
    [DataRow("layer_norm_eps", "0.5")]
    [DataRow("hidden_act", "\"relu\"")]
    [DataRow("num_attention_heads", "2")]
    public void Config_IsHonoured(string key, string value)
    {
        using var folder = new BertFolder();
        using var plain = folder.Load();
        folder.Config[key] = JsonNode.Parse(value);
        using var encoder = folder.Load();
        CollectionAssert.AreNotEqual(plain.Encode("a wing"), encoder.Encode("a wing"));
    }

    [TestMethod]
    public void Config_ClaimingMoreThanTheFileHasIsRefusedBeforeAnythingIsMade()
    {
        using var folder = new BertFolder();
        folder.Config["vocab_size"] = 1 << 24;
        folder.Config["hidden_size"] = 3 << 14;
        folder.Config["num_hidden_layers"] = 1000;
        var before = GC.GetAllocatedBytesForCurrentThread();
        var message = Assert.ThrowsExactly<FormatException>(() => folder.Load()).Message;
        Assert.Contains("'embeddings.word_embeddings.weight' is [20, 12] and should be [16777216, 49152]", message);
        Assert.IsLessThan(1L << 26, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [TestMethod]
    public void Tensors_MissingUnknownOrMisshapedAreNamed()
    {
        using var folder = new BertFolder();
        folder.Weights.Remove("encoder.layer.1.attention.self.key.weight");
        folder.Weights["encoder.layer.0.intermediate.dense.bias"] = ([3], [1, 2, 3]);
        folder.Weights["encoder.layer.2.output.dense.bias"] = ([1], [1]);
        var message = Assert.ThrowsExactly<FormatException>(() => folder.Load()).Message;
        Assert.Contains("'encoder.layer.1.attention.self.key.weight' is missing", message);
        Assert.Contains("'encoder.layer.0.intermediate.dense.bias' is [3] and should be [20]", message);
        Assert.Contains("'encoder.layer.2.output.dense.bias' is unknown", message);
    }

    [TestMethod]
    public void Tensors_ThatAreNotFiniteAreRefused()
    {
        using var folder = new BertFolder();
        folder.Weights["encoder.layer.0.output.dense.bias"].Values[3] = float.NaN;
        Assert.Contains("'encoder.layer.0.output.dense.bias'", Assert.ThrowsExactly<FormatException>(() => folder.Load()).Message);
    }

    [TestMethod]
    public void Vocabulary_LargerThanTheTableOrWithoutSpecialTokensIsRefused()
    {
        using var folder = new BertFolder { Vocabulary = [.. BertFolder.Pieces, "more"] };
        Assert.Contains("21 pieces", Assert.ThrowsExactly<FormatException>(() => folder.Load()).Message);
        folder.Vocabulary = [.. BertFolder.Pieces.Where(piece => piece != "[SEP]")];
        Assert.Contains("'[SEP]'", Assert.ThrowsExactly<FormatException>(() => folder.Load()).Message);
    }

    [TestMethod]
    [DataRow("config.json")]
    [DataRow("vocab.txt")]
    [DataRow("model.safetensors")]
    public void File_ThatIsNotThereIsNamed(string name)
    {
        using var folder = new BertFolder();
        folder.Load().Dispose();
        File.Delete(Path.Combine(folder.Path, name));
        Assert.Contains(name, Assert.ThrowsExactly<FileNotFoundException>(() => TextEncoder.Load(folder.Path)).Message);
    }

    [TestMethod]
    public void Options_OutOfRangeAreRefused()
    {
        using var folder = new BertFolder();
        Assert.Contains("MaxTokens",
            Assert.ThrowsExactly<ArgumentException>(() => folder.Load(new TextEncoderOptions { MaxTokens = 1 })).Message);
        Assert.Contains("positions for 16",
            Assert.ThrowsExactly<ArgumentException>(() => folder.Load(new TextEncoderOptions { MaxTokens = 17 })).Message);
    }

    [TestMethod]
    [DataRow("pooling_mode_cls_token", TextPooling.FirstToken)]
    [DataRow("pooling_mode_max_tokens", TextPooling.Maximum)]
    [DataRow("pooling_mode_mean_sqrt_len_tokens", TextPooling.MeanOfRoot)]
    [DataRow("pooling_mode_mean_tokens", TextPooling.Mean)]
    public void Pooling_OfTheFolderIsHonoured(string mode, TextPooling pooling)
    {
        using var folder = new BertFolder();
        Pooling(folder, mode);
        folder.Write("modules.json", Modules("Transformer:", "Pooling:1_Pooling"));
        using var encoder = folder.Load();
        Assert.AreEqual(pooling, encoder.Pooling);
        Assert.IsFalse(encoder.Normalize, "There is no module Normalize.");
        folder.Write("modules.json", Modules("Transformer:", "Pooling:1_Pooling", "Normalize:2_Normalize"));
        using var normalized = folder.Load();
        Assert.IsTrue(normalized.Normalize);
        using var changed = folder.Load(new TextEncoderOptions { Pooling = TextPooling.Mean, Normalize = false });
        Assert.AreEqual((TextPooling.Mean, false), (changed.Pooling, changed.Normalize));
    }

    [TestMethod]
    public void Pooling_ThatCannotBeHonouredIsRefusedByName()
    {
        using var folder = new BertFolder();
        Pooling(folder, "pooling_mode_weightedmean_tokens");
        Assert.Contains("pooling_mode_weightedmean_tokens", Assert.ThrowsExactly<FormatException>(() => folder.Load()).Message);
        Pooling(folder, "pooling_mode_mean_tokens", "pooling_mode_max_tokens");
        Assert.Contains("pooling_mode_mean_tokens and pooling_mode_max_tokens",
            Assert.ThrowsExactly<FormatException>(() => folder.Load()).Message);
    }

    [TestMethod]
    public void Modules_ThatCannotBeHonouredAreRefusedByName()
    {
        using var folder = new BertFolder();
        folder.Write("modules.json", Modules("Transformer:", "Pooling:1_Pooling", "Dense:2_Dense"));
        Assert.Contains("Dense", Assert.ThrowsExactly<FormatException>(() => folder.Load()).Message);
        folder.Write("modules.json", Modules("Transformer:../other", "Pooling:1_Pooling"));
        Assert.Contains("'../other'", Assert.ThrowsExactly<FormatException>(() => folder.Load()).Message);
        folder.Write("modules.json", "{}");
        Assert.Contains("modules.json", Assert.ThrowsExactly<FormatException>(() => folder.Load()).Message);
    }

    [TestMethod]
    public void Length_IsOfSentencesThenOfTheTokenizerThenOfPositions()
    {
        using var folder = new BertFolder();
        using var positions = folder.Load();
        Assert.AreEqual(16, positions.MaxTokens);
        folder.File("tokenizer_config.json")["model_max_length"] = 9;
        using var tokenizer = folder.Load();
        Assert.AreEqual(9, tokenizer.MaxTokens);
        folder.File("sentence_bert_config.json")["max_seq_length"] = 7;
        using var sentences = folder.Load();
        Assert.AreEqual(7, sentences.MaxTokens);
        folder.File("sentence_bert_config.json")["max_seq_length"] = 7.5;
        Assert.Contains("max_seq_length", Assert.ThrowsExactly<FormatException>(() => folder.Load()).Message);
    }

    [TestMethod]
    public void Prompt_StandsBeforeEveryText()
    {
        using var folder = new BertFolder();
        using var plain = folder.Load();
        var prompts = folder.File("config_sentence_transformers.json");
        prompts["prompts"] = new JsonObject { ["query"] = "a b " };
        using var unused = folder.Load();
        CollectionAssert.AreEqual(plain.Encode("wing"), unused.Encode("wing"));
        prompts["default_prompt_name"] = "query";
        using var prompted = folder.Load();
        CollectionAssert.AreEqual(plain.Encode("a b wing"), prompted.Encode("wing"));
        prompts["default_prompt_name"] = "other";
        Assert.Contains("prompts.other", Assert.ThrowsExactly<FormatException>(() => folder.Load()).Message);
    }

    [TestMethod]
    [DataRow("tokenizer_class", "\"XLMRobertaTokenizer\"")]
    [DataRow("do_basic_tokenize", "false")]
    [DataRow("never_split", "[\"wing\"]")]
    [DataRow("cls_token", "\"<s>\"")]
    [DataRow("sep_token", "{\"content\": \"</s>\"}")]
    [DataRow("truncation_side", "\"left\"")]
    [DataRow("do_lower_case", "1")]
    public void Tokenizer_ThatCannotBeHonouredIsRefusedByName(string key, string value)
    {
        using var folder = new BertFolder();
        folder.File("tokenizer_config.json")[key] = JsonNode.Parse(value);
        var message = Assert.ThrowsExactly<FormatException>(() => folder.Load()).Message;
        Assert.Contains("tokenizer_config.json", message);
        Assert.Contains(key == "sep_token" ? "sep_token.content" : key, message);
    }

    [TestMethod]
    public void Tokenizer_IsHonoured()
    {
        using var folder = new BertFolder();
        Assert.AreEqual("wing e", Pieces(folder, "Wing \u00E9"));
        folder.File("tokenizer_config.json")["strip_accents"] = false;
        Assert.AreEqual("wing \u00E9", Pieces(folder, "Wing \u00E9"));
        folder.File("tokenizer_config.json")["do_lower_case"] = false;
        Assert.AreEqual("Wing \u00E9", Pieces(folder, "Wing \u00E9"));
        // Sentences are made small before a tokenizer that keeps capital letters.
        folder.File("sentence_bert_config.json")["do_lower_case"] = true;
        Assert.AreEqual("wing \u00E9", Pieces(folder, "Wing \u00E9"));
        Assert.AreEqual("a \u4E2D b", Pieces(folder, "a\u4E2Db"));
        folder.File("tokenizer_config.json")["tokenize_chinese_chars"] = false;
        Assert.AreEqual("[UNK]", Pieces(folder, "a\u4E2Db"));
    }

    [TestMethod]
    public void FastTokenizer_IsHonouredOrRefused()
    {
        using var folder = new BertFolder();
        var json = folder.File("tokenizer.json");
        json["model"] = new JsonObject { ["type"] = "WordPiece", ["max_input_chars_per_word"] = 100 };
        json["pre_tokenizer"] = new JsonObject { ["type"] = "BertPreTokenizer" };
        json["normalizer"] = new JsonObject { ["type"] = "BertNormalizer", ["lowercase"] = false, ["strip_accents"] = null };
        Assert.AreEqual("Wing \u00E9", Pieces(folder, "Wing \u00E9"));
        folder.File("tokenizer_config.json")["do_lower_case"] = true;
        Assert.AreEqual("wing e", Pieces(folder, "Wing \u00E9"));
        json["model"]!["type"] = "BPE";
        Assert.Contains("model.type", Assert.ThrowsExactly<FormatException>(() => folder.Load()).Message);
        json["model"] = new JsonObject { ["type"] = "WordPiece", ["max_input_chars_per_word"] = 50 };
        Assert.Contains("model.max_input_chars_per_word", Assert.ThrowsExactly<FormatException>(() => folder.Load()).Message);
        json.Remove("model");
        Assert.Contains("'model'", Assert.ThrowsExactly<FormatException>(() => folder.Load()).Message);
    }

    private static string Pieces(BertFolder folder, string text)
    {
        using var encoder = folder.Load();
        return string.Join(' ', encoder.EncodeTokens([text])[0].Tokens);
    }

    private static void Pooling(BertFolder folder, params string[] modes)
    {
        var json = folder.File("1_Pooling/config.json");
        json.Clear();
        json["word_embedding_dimension"] = BertFolder.Width;
        json["pooling_mode_lasttoken"] = false;
        foreach (var mode in modes)
        {
            json[mode] = true;
        }
    }

    private static string Modules(params string[] modules) => new JsonArray([.. modules.Select((module, place) => new JsonObject
    {
        ["idx"] = place,
        ["type"] = $"sentence_transformers.models.{module.Split(':')[0]}",
        ["path"] = module.Split(':')[1],
    })]).ToJsonString();

    [TestMethod]
    [DataRow("sentence_bert_config.json", "max_seq_length", 1)]
    [DataRow("sentence_bert_config.json", "max_seq_length", 0)]
    [DataRow("tokenizer_config.json", "model_max_length", 1)]
    [DataRow("tokenizer_config.json", "model_max_length", -3)]
    [DataRow("tokenizer_config.json", "model_max_length", 7.5)]
    public void NumberOfTokens_ThatNoTextCanHave_IsRefusedByFileAndName(string file, string name, double value)
    {
        using var folder = new BertFolder();
        folder.File(file)[name] = value;
        var refused = Assert.ThrowsExactly<FormatException>(() => folder.Load()).Message;
        Assert.Contains($"'{name}' of '{Path.Combine(folder.Path, file)}'", refused);
        Assert.Contains("from 2 on", refused);
    }

    [TestMethod]
    public void VocabularyWithoutASpecialToken_IsRefusedByFileAndToken()
    {
        using var folder = new BertFolder { Vocabulary = [.. BertFolder.Pieces.Where(piece => piece != "[SEP]")] };
        var refused = Assert.ThrowsExactly<FormatException>(() => folder.Load()).Message;
        Assert.Contains(Path.Combine(folder.Path, "vocab.txt"), refused);
        Assert.Contains("no '[SEP]'", refused);
    }
}
