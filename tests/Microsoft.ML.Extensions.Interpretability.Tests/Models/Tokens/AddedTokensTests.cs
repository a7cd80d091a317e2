using System.Text;

namespace Microsoft.ML.Extensions.Interpretability.Tests.Models.Tokens;

/// <summary>Special and added tokens are found in texts as Hugging Face's tokenizers do.</summary>
[TestClass]
public sealed class AddedTokensTests
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mlx").FullName;

    [TestCleanup]
    public void Delete() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    public void Gpt2_EndOfText_IsOneToken()
    {
        TokenizerFiles.WriteGpt2(_folder);
        var tokenizer = TransformerTokenizer.LoadGpt2(_folder);
        CollectionAssert.AreEqual(new[] { 64, 259, 65 }, tokenizer.Encode("a<|endoftext|>b"));
        CollectionAssert.AreEqual(new[] { 259, 259 }, tokenizer.Encode("<|endoftext|><|endoftext|>"));
        CollectionAssert.AreEqual(new[] { 27, 91, 64 }, tokenizer.Encode("<|a"));
        Assert.AreEqual("<|endoftext|>", tokenizer.Decode([259]));
        Assert.AreEqual("hell<|endoftext|> b", tokenizer.Decode(tokenizer.Encode("hell<|endoftext|> b")));
        Assert.IsEmpty(tokenizer.Encode(""));
    }

    [TestMethod]
    [DataRow("added_tokens.json", "{\"<sep>\": 260}")]
    [DataRow("special_tokens_map.json", "{\"sep_token\": \"<sep>\"}")]
    [DataRow("special_tokens_map.json",
        "{\"eos_token\": {\"content\": \"<|endoftext|>\"}, \"additional_special_tokens\": [{\"content\": \"<sep>\", \"lstrip\": false}]}")]
    [DataRow("tokenizer_config.json",
        "{\"tokenizer_class\": \"GPT2Tokenizer\", \"add_prefix_space\": false, \"added_tokens_decoder\": {\"259\": {\"content\": \"<|endoftext|>\", \"special\": true}, \"260\": {\"content\": \"<sep>\", \"special\": false}}}")]
    [DataRow("tokenizer_config.json", "{\"sep_token\": {\"__type\": \"AddedToken\", \"content\": \"<sep>\"}, \"model_max_length\": 1024}")]
    [DataRow("tokenizer_config.json", "{\"extra_special_tokens\": {\"sep\": \"<sep>\"}, \"cls_token\": false}")]
    [DataRow("tokenizer.json",
        "{\"added_tokens\": [{\"id\": 259, \"content\": \"<|endoftext|>\"}, {\"id\": 260, \"content\": \"<sep>\", \"special\": true}], \"normalizer\": null}")]
    public void Gpt2_AddedTokens_AreFoundInEveryFileThatNamesThem(string file, string content)
    {
        TokenizerFiles.WriteGpt2(_folder);
        foreach (var encoding in new[] { new UTF8Encoding(false), Encoding.UTF8, Encoding.Unicode })
        {
            File.WriteAllText(Path.Combine(_folder, file), content, encoding);
            var tokenizer = TransformerTokenizer.LoadGpt2(_folder);
            CollectionAssert.AreEqual(new[] { 258, 260, 64 }, tokenizer.Encode("hell<sep>a"));
            Assert.AreEqual(261, tokenizer.VocabularySize);
            Assert.AreEqual("a<sep>", tokenizer.Decode([64, 260]));
            var copy = Path.Combine(_folder, "copy");
            tokenizer.Save(copy);
            CollectionAssert.AreEqual(new[] { 258, 260, 64 }, TransformerTokenizer.Load(copy).Encode("hell<sep>a"));
        }
    }

    [TestMethod]
    public void Gpt2_FlagsOfAnAddedToken_AreHonoured()
    {
        TokenizerFiles.WriteGpt2(_folder);
        File.WriteAllText(Path.Combine(_folder, "tokenizer_config.json"), """
            {"added_tokens_decoder": {"260": {"content": "<mask>", "lstrip": true}, "261": {"content": "<right>", "rstrip": true}, "262": {"content": "cat", "single_word": true},
             "263": {"content": "<m"}}}
            """);
        var tokenizer = TransformerTokenizer.LoadGpt2(_folder);
        CollectionAssert.AreEqual(new[] { 64, 260, 64 }, tokenizer.Encode("a  <mask>a"));
        CollectionAssert.AreEqual(new[] { 64, 261, 64 }, tokenizer.Encode("a<right>  a"));
        CollectionAssert.AreEqual(new[] { 262 }, tokenizer.Encode("cat"));
        CollectionAssert.DoesNotContain(tokenizer.Encode("cats"), 262);
        CollectionAssert.DoesNotContain(tokenizer.Encode("_cat"), 262);
        // The longest first.
        CollectionAssert.AreEqual(new[] { 263, 64 }, tokenizer.Encode("<ma"));
        Assert.AreEqual(260, tokenizer.Encode("<mask>").Single());
    }

    [TestMethod]
    [DataRow("added_tokens.json", "{\"<sep>\": 5}", "'<sep>'")]
    [DataRow("added_tokens.json", "{\"a\": 260}", "'a'")]
    [DataRow("added_tokens.json", "{\"<sep>\": -1}", "number -1")]
    [DataRow("added_tokens.json", "{\"<sep>\": \"x\"}", "'<sep>'")]
    [DataRow("added_tokens.json", "{\"\": 260}", "for a token")]
    [DataRow("added_tokens.json", "{\"<sep>\": 99999999999}", "99999999999")]
    [DataRow("added_tokens.json", "[]", "no JSON object")]
    [DataRow("added_tokens.json", "", "is empty")]
    [DataRow("special_tokens_map.json", "{\"bos_token\": 7}", "for a token")]
    [DataRow("special_tokens_map.json", "{\"additional_special_tokens\": \"x\"}", "should be a list")]
    [DataRow("tokenizer_config.json", "{\"added_tokens_decoder\": []}", "added_tokens_decoder")]
    [DataRow("tokenizer_config.json", "{\"added_tokens_decoder\": {\"x\": {\"content\": \"y\"}}}", "number x")]
    [DataRow("tokenizer_config.json", "{\"add_bos_token\": true}", "add_bos_token")]
    [DataRow("tokenizer_config.json", "{\"add_prefix_space\": true}", "add_prefix_space")]
    [DataRow("tokenizer_config.json", "{\"do_lower_case\": true}", "do_lower_case")]
    [DataRow("tokenizer_config.json", "{\"split_special_tokens\": true}", "split_special_tokens")]
    [DataRow("tokenizer_config.json", "{\"tokenizer_class\": \"RobertaTokenizer\"}", "RobertaTokenizer")]
    [DataRow("tokenizer.json", "{\"normalizer\": {\"type\": \"Lowercase\"}}", "normalizer")]
    [DataRow("tokenizer.json", "{\"pre_tokenizer\": {\"type\": \"Whitespace\"}}", "pre_tokenizer")]
    [DataRow("tokenizer.json", "{\"pre_tokenizer\": {\"type\": \"ByteLevel\", \"add_prefix_space\": true}}", "pre_tokenizer")]
    [DataRow("tokenizer.json", "{\"post_processor\": {\"type\": \"TemplateProcessing\"}}", "post_processor")]
    [DataRow("tokenizer.json", "{\"model\": {\"type\": \"WordPiece\"}}", "model")]
    [DataRow("tokenizer.json", "{\"model\": {\"type\": \"BPE\", \"dropout\": 0.1}}", "model")]
    [DataRow("tokenizer.json", "{\"model\": {\"type\": \"BPE\", \"vocab\": {\"a\": 0}, \"merges\": []}}", "another vocabulary")]
    public void Gpt2_WhatCannotBeHonoured_IsRefusedByName(string file, string content, string part)
    {
        TokenizerFiles.WriteGpt2(_folder);
        File.WriteAllText(Path.Combine(_folder, file), content);
        var message = Assert.ThrowsExactly<FormatException>(() => TransformerTokenizer.LoadGpt2(_folder)).Message;
        StringAssert.Contains(message, part);
        StringAssert.Contains(message, file);
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void Gpt2_InOneFile_IsRead(bool mergesAsPairs)
    {
        File.WriteAllText(Path.Combine(_folder, "tokenizer.json"), TokenizerFiles.Gpt2InOne(mergesAsPairs));
        var tokenizer = TransformerTokenizer.Load(_folder);
        CollectionAssert.AreEqual(new[] { 258, 259, 64 }, tokenizer.Encode("hell<|endoftext|>a"));
        tokenizer.Save(Path.Combine(_folder, "copy"));
        CollectionAssert.AreEqual(new[] { 258 }, TransformerTokenizer.Load(Path.Combine(_folder, "copy")).Encode("hell"));
    }

    [TestMethod]
    public void Save_RemovesWhatWouldBeReadBeside()
    {
        TokenizerFiles.WriteGpt2(_folder);
        var tokenizer = TransformerTokenizer.LoadGpt2(_folder);
        File.WriteAllText(Path.Combine(_folder, "added_tokens.json"), "{\"hell\": 258, \"<sep>\": 300}");
        tokenizer.Save(_folder);
        Assert.AreEqual(260, TransformerTokenizer.Load(_folder).VocabularySize);
    }

    [TestMethod]
    public void Decode_OfANumberThatNoTokenHas_SaysSo()
    {
        TokenizerFiles.WriteGpt2(_folder);
        File.WriteAllText(Path.Combine(_folder, "added_tokens.json"), "{\"<sep>\": 300}");
        var tokenizer = TransformerTokenizer.LoadGpt2(_folder);
        Assert.AreEqual(301, tokenizer.VocabularySize);
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => tokenizer.Decode([64, 280])).Message, "token at 1");
    }

    [TestMethod]
    public void SentencePiece_RowsBeginWithTheirToken_EvenWithoutText()
    {
        var tokenizer = SentencePiece(("\u2581a", 1), ("a", 1), ("b", 1), ("\u2581", 1));
        CollectionAssert.AreEqual(new[] { 1 }, tokenizer.Encode(""));
        Assert.AreEqual(2, tokenizer.EncodeAll(["", "a"]).Rows);
        Assert.AreEqual("", tokenizer.Decode([1]));
        CollectionAssert.AreEqual(new[] { 1, 259, 261 }, tokenizer.Encode("ab"));
        Assert.AreEqual("ab", tokenizer.Decode([1, 259, 261, 2]));
    }

    [TestMethod]
    public void SentencePiece_EndsInAText_AreTheirTokens()
    {
        var tokenizer = SentencePiece(("\u2581a", 1), ("a", 1), ("b", 1), ("\u2581", 1), ("\u2581b", 1));
        // As the original Llama tokenizer has it, text after a token begins anew.
        CollectionAssert.AreEqual(new[] { 1, 259, 2, 263 }, tokenizer.Encode("a</s>b"));
        Assert.AreEqual("a</s>b", tokenizer.Decode([1, 259, 2, 263]));
        CollectionAssert.AreEqual(new[] { 1, 0 }, tokenizer.Encode("<unk>"));
    }

    [TestMethod]
    public void SentencePiece_UserDefinedSymbols_AreNeverCut()
    {
        var tokenizer = SentencePiece(("\u2581a", 1), ("a", 1), ("b", 1), ("\u2581", 1), ("\u2581b", 1), ("<sep>", 4), ("<pad>", 3));
        CollectionAssert.AreEqual(new[] { 1, 259, 264, 261 }, tokenizer.Encode("a<sep>b"));
        CollectionAssert.AreEqual(new[] { 1, 262, 264, 261 }, tokenizer.Encode("<sep>b"));
        Assert.AreEqual("a<sep>b", tokenizer.Decode([1, 259, 264, 261]));
        // Control symbols are never read from a text, but for those of Llama's tokenizer.
        CollectionAssert.DoesNotContain(tokenizer.Encode("<pad>"), 265);
    }

    // What google/sentencepiece itself gives for this model.
    [TestMethod]
    [DataRow("ab", new[] { 259, 261 })]
    [DataRow("<sep>", new[] { 262, 264 })]
    [DataRow("a <sep> b", new[] { 259, 262, 264, 263 })]
    [DataRow("a<sep><sep>b", new[] { 259, 264, 264, 261 })]
    [DataRow("<pad>", new[] { 262, 63, 115, 260, 103, 65 })]
    [DataRow("\u00E9", new[] { 262, 198, 172 })]
    [DataRow("  a", new[] { 262, 262, 259 })]
    public void SentencePiece_GivesTheTokensOfItsOwnProgram(string text, int[] tokens)
    {
        var tokenizer = SentencePiece(("\u2581a", 1), ("a", 1), ("b", 1), ("\u2581", 1), ("\u2581b", 1), ("<sep>", 4), ("<pad>", 3));
        CollectionAssert.AreEqual((int[])[1, .. tokens], tokenizer.Encode(text));
        Assert.AreEqual(text, tokenizer.Decode(tokenizer.Encode(text)));
    }

    [TestMethod]
    [DataRow("utf-8")]
    [DataRow("utf-16")]
    [DataRow("utf-16BE")]
    public void TextsWithAByteOrderMark_AreRead(string name)
    {
        var encoding = Encoding.GetEncoding(name);
        TokenizerFiles.WriteGpt2(_folder);
        foreach (var file in new[] { "vocab.json", "merges.txt" })
        {
            File.WriteAllText(Path.Combine(_folder, file),
                File.ReadAllText(Path.Combine(_folder, file)).Replace("\n", "\r\n", StringComparison.Ordinal), encoding);
        }
        CollectionAssert.AreEqual(new[] { 258 }, TransformerTokenizer.Load(_folder).Encode("hell"));
        TransformerTokenizer.OfCharacters(["a", "b"]).Save(_folder);
        var vocabulary = Path.Combine(_folder, "vocabulary.json");
        File.WriteAllText(vocabulary, File.ReadAllText(vocabulary), encoding);
        CollectionAssert.AreEqual(new[] { 1 }, TransformerTokenizer.Load(_folder).Encode("b"));
    }

    [TestMethod]
    public void SentencePiece_FilesBeside_AreReadWithTheFolder()
    {
        File.WriteAllBytes(Path.Combine(_folder, "tokenizer.model"), Model());
        File.WriteAllText(Path.Combine(_folder, "added_tokens.json"), "{\"<pad>\": 264}", Encoding.UTF8);
        File.WriteAllText(Path.Combine(_folder, "tokenizer_config.json"),
            "{\"tokenizer_class\": \"LlamaTokenizer\", \"legacy\": true, \"bos_token\": \"<s>\"}");
        var legacy = TransformerTokenizer.Load(_folder);
        CollectionAssert.AreEqual(new[] { 1, 259, 264, 263 }, legacy.Encode("a<pad>b"));
        Assert.AreEqual("a<pad>b", legacy.Decode(legacy.Encode("a<pad>b")));
        CollectionAssert.AreEqual(new[] { 1, 264, 262, 265, 261 }, Symbols().Encode("<pad><sep>b"));

        File.WriteAllText(Path.Combine(_folder, "tokenizer_config.json"),
            "{\"legacy\": false, \"add_bos_token\": false, \"add_eos_token\": true}");
        var later = TransformerTokenizer.Load(_folder);
        CollectionAssert.AreEqual(new[] { 259, 264, 261, 2 }, later.Encode("a<pad>b"));
        Assert.AreEqual("a<pad>b", later.Decode([259, 264, 261, 2]));
        later.Save(Path.Combine(_folder, "copy"));
        CollectionAssert.AreEqual(new[] { 259, 264, 261, 2 }, TransformerTokenizer.Load(Path.Combine(_folder, "copy")).Encode("a<pad>b"));

        TransformerTokenizer Symbols()
        {
            Directory.CreateDirectory(Path.Combine(_folder, "with"));
            File.WriteAllBytes(Path.Combine(_folder, "with", "tokenizer.model"), TokenizerFiles.SentencePiece(
                ("\u2581a", 1), ("a", 1), ("b", 1), ("\u2581", 1), ("\u2581b", 1), ("<pad>", 3), ("<sep>", 4)));
            File.WriteAllText(Path.Combine(_folder, "with", "special_tokens_map.json"), "{\"pad_token\": \"<pad>\"}");
            return TransformerTokenizer.Load(Path.Combine(_folder, "with"));
        }

        static byte[] Model() => TokenizerFiles.SentencePiece(("\u2581a", 1), ("a", 1), ("b", 1), ("\u2581", 1), ("\u2581b", 1));
    }

    [TestMethod]
    [DataRow("{\"tokenizer_class\": \"T5Tokenizer\"}", "T5Tokenizer")]
    [DataRow("{\"add_prefix_space\": false}", "add_prefix_space")]
    [DataRow("{\"sp_model_kwargs\": {\"enable_sampling\": true}}", "sp_model_kwargs")]
    [DataRow("{\"add_bos_token\": \"yes\"}", "add_bos_token")]
    [DataRow("{\"added_tokens_decoder\": {\"1\": {\"content\": \"<other>\"}}}", "<other>")]
    public void SentencePiece_WhatCannotBeHonoured_IsRefusedByName(string content, string part)
    {
        File.WriteAllBytes(Path.Combine(_folder, "tokenizer.model"), TokenizerFiles.SentencePiece(("a", 1)));
        File.WriteAllText(Path.Combine(_folder, "tokenizer_config.json"), content);
        StringAssert.Contains(Assert.ThrowsExactly<FormatException>(() => TransformerTokenizer.Load(_folder)).Message, part);
    }

    private TransformerTokenizer SentencePiece(params (string Text, ulong Type)[] pieces)
    {
        var file = Path.Combine(_folder, "some.model");
        File.WriteAllBytes(file, TokenizerFiles.SentencePiece(pieces));
        return TransformerTokenizer.LoadSentencePiece(file);
    }
}
