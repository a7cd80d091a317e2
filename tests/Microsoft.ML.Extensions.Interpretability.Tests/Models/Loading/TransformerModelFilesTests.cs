using System.Text.Json;
using Microsoft.ML.Extensions.Persistence;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Interpretability.Tests.Models.Loading;

[TestClass]
public sealed class TransformerModelFilesTests
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mlx").FullName;
    private DisposeScope _scope = null!;

    public static IEnumerable<object[]> Kinds => TinyTransformers.Configs.Keys.Select(kind => new object[] { kind });

    [TestInitialize]
    public void Open() => _scope = NewDisposeScope();

    [TestCleanup]
    public void Close()
    {
        _scope.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [TestMethod]
    [DynamicData(nameof(Kinds))]
    public void Load_OfSaved_GivesTheSameLogits(string kind)
    {
        using var model = TinyTransformers.Create(kind);
        model.Save(_folder);
        using var loaded = TransformerModel.Load(_folder);
        Assert.AreEqual(model.Config, loaded.Config);
        AssertSame(model, loaded);
    }

    [TestMethod]
    [DataRow("", ScalarType.Float32)]
    [DataRow("transformer.", ScalarType.Float16)]
    [DataRow("transformer.", ScalarType.BFloat16)]
    public void Load_OfGpt2_GivesTheSameLogits(string prefix, ScalarType type)
    {
        using var model = Checkpoints.Gpt2Model(type);
        Write(Checkpoints.Gpt2, Checkpoints.Gpt2Tensors(model, prefix).Select(pair => (pair.Name, pair.Value.to_type(type))));
        using var loaded = TransformerModel.Load(_folder);
        Assert.AreEqual(ScalarType.Float32, loaded.NumberType);
        AssertSame(model, loaded);
    }

    [TestMethod]
    public void Load_OfLlama_InShards_GivesTheSameLogits()
    {
        using var model = TinyTransformers.Create("llama");
        var tensors = Checkpoints.LlamaTensors(model).ToArray();
        File.WriteAllText(Path.Combine(_folder, "config.json"), Checkpoints.Llama);
        var map = tensors.Select((pair, i) => (pair.Name, File: $"model-{i % 2}.safetensors"))
            .ToDictionary(pair => pair.Name, pair => pair.File);
        File.WriteAllText(Path.Combine(_folder, "model.safetensors.index.json"), JsonSerializer.Serialize(new { weight_map = map }),
            System.Text.Encoding.UTF8);
        foreach (var shard in tensors.GroupBy(pair => map[pair.Name]))
        {
            File.WriteAllBytes(Path.Combine(_folder, shard.Key), Safetensors.Write(shard));
        }
        using var loaded = TransformerModel.Load(_folder);
        // The file knows no biases, and the model has them.
        using var expected = TransformerModel.Create(model.Config,
            model.WeightNames.Where(name => !name.Contains(".b_", StringComparison.Ordinal)).ToDictionary(name => name, model.Weight));
        AssertSame(expected, loaded);
    }

    [TestMethod]
    public void Load_OfTensorsThatDoNotFit_NamesEach()
    {
        using var model = Checkpoints.Gpt2Model(ScalarType.Float32);
        var tensors = Checkpoints.Gpt2Tensors(model, "").Where(pair => pair.Name != "h.1.mlp.c_fc.weight").Append(("more", zeros(2)))
            .Select(pair => pair.Item1 == "wte.weight" ? (pair.Item1, zeros(10, 24)) : pair);
        Write(Checkpoints.Gpt2, tensors);
        var message = Assert.ThrowsExactly<FormatException>(() => TransformerModel.Load(_folder)).Message;
        StringAssert.Contains(message, "'h.1.mlp.c_fc.weight' is missing");
        StringAssert.Contains(message, "'more' is unknown");
        StringAssert.Contains(message, "'wte.weight' is [10, 24] and should be [11, 24]");
    }

    [TestMethod]
    public void Load_OfAnotherArchitecture_SaysWhichAreSupported()
    {
        Write("""{"model_type":"bert"}""", []);
        var message = Assert.ThrowsExactly<NotSupportedException>(() => TransformerModel.Load(_folder)).Message;
        StringAssert.Contains(message, "'bert'");
        StringAssert.Contains(message, "gpt2, llama");
    }

    [TestMethod]
    [DataRow("{", "no JSON")]
    [DataRow("[]", "no JSON object")]
    [DataRow("{}", "'model_type'")]
    [DataRow("""{"model_type":"gpt2"}""", "'n_embd'")]
    [DataRow("""{"model_type":"gpt2","n_embd":7,"n_head":2}""", "does not divide")]
    [DataRow("""{"model_type":"gpt2","n_embd":"x","n_head":2}""", "another kind")]
    [DataRow("""{"model_type":"llama","num_hidden_layers":2,"num_attention_heads":4,"hidden_size":12,"intermediate_size":20,"vocab_size":11,"rope_scaling":{"rope_type":"yarn"}}""", "'yarn'")]
    [DataRow("""{"model_type":"llama","num_hidden_layers":2,"num_attention_heads":4,"hidden_size":12,"intermediate_size":20,"vocab_size":11,"hidden_act":"mish"}""", "supported are")]
    [DataRow("""{"model_type":"microsoft_ml_extensions_transformer","format_version":2}""", "update the package")]
    public void Load_OfBadConfig_SaysWhatIsWrong(string config, string part)
    {
        Write(config, []);
        StringAssert.Contains(Assert.ThrowsExactly<FormatException>(() => TransformerModel.Load(_folder)).Message, part);
    }

    [TestMethod]
    public void Load_OfFolderWithoutFiles_SaysWhichIsMissing()
    {
        StringAssert.Contains(Assert.ThrowsExactly<FileNotFoundException>(() => TransformerModel.Load(_folder)).Message, "config.json");
        File.WriteAllText(Path.Combine(_folder, "config.json"), Checkpoints.Gpt2);
        StringAssert.Contains(
            Assert.ThrowsExactly<FileNotFoundException>(() => TransformerModel.Load(_folder)).Message, "model.safetensors");
        File.WriteAllText(Path.Combine(_folder, "model.safetensors.index.json"), """{"weight_map":{"a":"../a.safetensors"}}""");
        StringAssert.Contains(Assert.ThrowsExactly<FormatException>(() => TransformerModel.Load(_folder)).Message, "same folder");
    }

    [TestMethod]
    public void LoadLlama2c_OfFileCutOff_SaysSo()
    {
        var path = Path.Combine(_folder, "model.bin");
        File.WriteAllBytes(path, [1, 2, 3]);
        StringAssert.Contains(Assert.ThrowsExactly<FormatException>(() => TransformerModel.LoadLlama2c(path)).Message, "cut off");
        File.WriteAllBytes(path, [.. new[] { 8, 16, 1, 2, 1, 32, 16, 0 }.SelectMany(BitConverter.GetBytes)]);
        StringAssert.Contains(Assert.ThrowsExactly<FormatException>(() => TransformerModel.LoadLlama2c(path)).Message, "32 bytes");
        File.WriteAllBytes(path, [.. new[] { 8, 16, 1, 3, 1, 32, 16 }.SelectMany(BitConverter.GetBytes)]);
        StringAssert.Contains(Assert.ThrowsExactly<FormatException>(() => TransformerModel.LoadLlama2c(path)).Message, "not the header");
    }

    [TestMethod]
    public void Load_LeavesNoTensorButTheModels()
    {
        TinyTransformers.Create("gpt2").Save(_folder);
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        TransformerModel.Load(_folder).Dispose();
        Assert.AreEqual(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    private static void AssertSame(TransformerModel expected, TransformerModel actual) =>
        Assert.AreEqual(0f, Checkpoints.Difference(expected, actual));

    private void Write(string config, IEnumerable<(string, Tensor)> tensors)
    {
        File.WriteAllText(Path.Combine(_folder, "config.json"), config);
        File.WriteAllBytes(Path.Combine(_folder, "model.safetensors"), Safetensors.Write(tensors));
    }
}
