using Microsoft.ML.Extensions.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Interpretability.Tests.Models.Loading;

/// <summary>Names with and without what wrappers and base models do to them, and tensors of every type beside the weights.</summary>
[TestClass]
public sealed class ModelNamesTests
{
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
    [DataRow("_orig_mod.")]
    [DataRow("module.")]
    [DataRow("module._orig_mod.")]
    [DataRow("_orig_mod.module.")]
    [DataRow("model.")]
    public void Gpt2_InWrappers_Loads(string wrapper)
    {
        using var model = Checkpoints.Gpt2Model(ScalarType.Float32);
        foreach (var prefix in new[] { "", "transformer." })
        {
            Checkpoints.Write(_folder, Checkpoints.Gpt2,
                Checkpoints.Gpt2Tensors(model, prefix).Select(pair => (wrapper + pair.Name, pair.Value)));
            using var loaded = TransformerModel.Load(_folder);
            Assert.AreEqual(0f, Checkpoints.Difference(model, loaded));
        }
    }

    [TestMethod]
    [DataRow("_orig_mod.", "")]
    [DataRow("module.", "")]
    [DataRow("", "_orig_mod.")]
    [DataRow("module.", "_orig_mod.")]
    [DataRow("model.", "")]
    public void Llama_InWrappers_Loads(string outside, string inside)
    {
        using var model = WithoutBiases("llama");
        Checkpoints.Write(_folder, Checkpoints.Llama, Checkpoints.LlamaTensors(model).Select(pair => (
            outside + pair.Name.Replace("model.", $"model.{inside}", StringComparison.Ordinal), pair.Value)));
        using var loaded = TransformerModel.Load(_folder);
        Assert.AreEqual(0f, Checkpoints.Difference(model, loaded));
    }

    [TestMethod]
    public void Llama_OfTheBaseModel_LoadsWhereTied()
    {
        using var whole = WithoutBiases("llama");
        using var tied = TransformerModel.Create(whole.Config with { TiedEmbeddings = true },
            whole.WeightNames.Where(name => name != "unembed.W_U").ToDictionary(name => name, whole.Weight));
        var tensors = Checkpoints.LlamaTensors(whole).Where(pair => pair.Name != "lm_head.weight")
            .Select(pair => (pair.Name["model.".Length..], pair.Value)).ToArray();
        Checkpoints.Write(_folder, Checkpoints.With(Checkpoints.Llama, "\"tie_word_embeddings\":true"), tensors);
        using var loaded = TransformerModel.Load(_folder);
        Assert.AreEqual(0f, Checkpoints.Difference(tied, loaded));

        Checkpoints.Write(_folder, Checkpoints.Llama, tensors);
        var message = Assert.ThrowsExactly<FormatException>(() => TransformerModel.Load(_folder)).Message;
        StringAssert.Contains(message, "the names lack 'model.'");
        Assert.IsLessThan(400, message.Length);
    }

    [TestMethod]
    public void TensorsOfAnotherModel_AreNamedUpToTen()
    {
        using var model = Checkpoints.Gpt2Model(ScalarType.Float32);
        Checkpoints.Write(_folder, Checkpoints.Gpt2, Checkpoints.Gpt2Tensors(model, "")
            .Select(pair => ($"x_{pair.Name.Replace("wte", "w", StringComparison.Ordinal)}", pair.Value)));
        var message = Assert.ThrowsExactly<FormatException>(() => TransformerModel.Load(_folder)).Message;
        StringAssert.Contains(message, "more");
        Assert.IsLessThan(1_000, message.Length);
    }

    [TestMethod]
    public void BuffersOfAnyType_AreIgnored()
    {
        using var model = WithoutBiases("llama");
        (string, Tensor)[] buffers = [("model.position_ids", Numbers.Range(9, ScalarType.Int64).to_type(ScalarType.Int32)),
            ("model.layers.0.self_attn.rotary_emb.cos_cached", ones(1, 2).to_type(ScalarType.Int8))];
        Checkpoints.Write(_folder, Checkpoints.Llama, [.. Checkpoints.LlamaTensors(model), .. buffers]);
        // A type that can be skipped only.
        Rename(_folder, "\"I32\"", "\"U32\"");
        using var loaded = TransformerModel.Load(_folder);
        Assert.AreEqual(0f, Checkpoints.Difference(model, loaded));
    }

    [TestMethod]
    [DataRow(ScalarType.Int8, "\"I8\"", "\"I8\"")]
    [DataRow(ScalarType.Int8, "\"I8\"", "\"F8_E4M3\"")]
    [DataRow(ScalarType.Int32, "\"I32\"", "\"U32\"")]
    public void WeightsThatAreCodes_AreRefused(ScalarType type, string written, string read)
    {
        using var model = WithoutBiases("llama");
        Checkpoints.Write(_folder, Checkpoints.Llama, Checkpoints.LlamaTensors(model)
            .Select(pair => pair.Name == "model.layers.1.mlp.up_proj.weight" ? (pair.Name, pair.Value.to_type(type)) : pair));
        Rename(_folder, written, read);
        var message = Assert.ThrowsExactly<FormatException>(() => TransformerModel.Load(_folder)).Message;
        StringAssert.Contains(message, "up_proj");
        StringAssert.Contains(message, read.Trim('"'));
    }

    [TestMethod]
    public void WeightsInDouble_AreRead()
    {
        using var model = WithoutBiases("llama");
        Checkpoints.Write(_folder, Checkpoints.Llama,
            Checkpoints.LlamaTensors(model).Select(pair => (pair.Name, pair.Value.to_type(ScalarType.Float64))));
        using var loaded = TransformerModel.Load(_folder);
        Assert.AreEqual(0f, Checkpoints.Difference(model, loaded));
    }

    [TestMethod]
    [DataRow(float.NaN)]
    [DataRow(float.PositiveInfinity)]
    public void WeightsThatAreNotFinite_AreRefused(float value)
    {
        using var model = Checkpoints.Gpt2Model(ScalarType.Float32);
        Checkpoints.Write(_folder, Checkpoints.Gpt2, Checkpoints.Gpt2Tensors(model, "")
            .Select(pair => pair.Name == "h.1.mlp.c_fc.bias" ? (pair.Name, pair.Value.Scaled(value)) : pair));
        StringAssert.Contains(Assert.ThrowsExactly<FormatException>(() => TransformerModel.Load(_folder)).Message, "'h.1.mlp.c_fc.bias'");
    }

    private static TransformerModel WithoutBiases(string kind)
    {
        using var model = TinyTransformers.Create(kind);
        return Checkpoints.Changed(model, (name, value) => name.Contains(".b_", StringComparison.Ordinal) ? null : value);
    }

    // Another type of the same size; the header stays as long as it says.
    private static void Rename(string folder, string written, string read)
    {
        var path = Path.Combine(folder, "model.safetensors");
        var bytes = File.ReadAllBytes(path);
        var length = (int)BitConverter.ToInt64(bytes);
        var header = System.Text.Encoding.UTF8.GetBytes(
            System.Text.Encoding.UTF8.GetString(bytes, 8, length).Replace(written, read, StringComparison.Ordinal));
        File.WriteAllBytes(path, [.. BitConverter.GetBytes((long)header.Length), .. header, .. bytes.AsSpan(8 + length)]);
    }
}
