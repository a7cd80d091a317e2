using Microsoft.ML.Extensions.Persistence;
using Microsoft.ML.Extensions.Tests;
using Microsoft.ML.Extensions.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Interpretability.Tests.Models.Loading;

/// <summary>State dicts as TransformerLens writes them: buffers beside the weights, grouped keys and values, folded norms.</summary>
[TestClass]
public sealed class TransformerLensFilesTests
{
    private readonly string _file = Path.Combine(Directory.CreateTempSubdirectory("mlx").FullName, "lens.safetensors");
    private DisposeScope _scope = null!;

    [TestInitialize]
    public void Open() => _scope = NewDisposeScope();

    [TestCleanup]
    public void Close()
    {
        _scope.Dispose();
        Directory.Delete(Path.GetDirectoryName(_file)!, recursive: true);
    }

    [TestMethod]
    [DataRow(10_000.0, 6)]
    [DataRow(500_000.0, 6)]
    [DataRow(1_234.5, 8)]
    [DataRow(10_000.0, 2)]
    public void RotaryModels_AreRecognisedByTheirBuffers(double wavelength, int headWidth)
    {
        using var model = Create(Rotary with { RotaryBase = wavelength, HeadWidth = headWidth });
        Write(model, Buffers(model.Config, wavelength));
        using var loaded = TransformerModel.LoadTransformerLens(_file);
        Assert.AreEqual(TransformerPositions.Rotary, loaded.Config.Positions);
        Assert.AreEqual(wavelength, loaded.Config.RotaryBase, wavelength * 1e-5);
        Assert.AreEqual(9, loaded.Config.Context);
        Assert.IsLessThan(1e-4f, Checkpoints.Difference(model, loaded));
    }

    [TestMethod]
    public void BuffersThatWereNeverFilled_TellOnlyThatThereAreRotations()
    {
        using var model = Create(Rotary);
        Write(model, Buffers(model.Config, 10_000).Select(pair => (pair.Name, zeros_like(pair.Value))));
        using var loaded = TransformerModel.LoadTransformerLens(_file);
        Assert.AreEqual(0f, Checkpoints.Difference(model, loaded));
    }

    [TestMethod]
    public void RotationsOfAnotherKind_AreRefused()
    {
        using var model = Create(Rotary);
        var neighbours = Buffers(model.Config, 10_000).Select(pair => pair.Name.Contains("rotary", StringComparison.Ordinal)
            ? (pair.Name, pair.Value.view(9, 2, 3).transpose(1, 2).flatten(1)) : pair);
        Write(model, neighbours);
        StringAssert.Contains(
            Assert.ThrowsExactly<FormatException>(() => TransformerModel.LoadTransformerLens(_file)).Message, "rotary_sin");

        var partial = Buffers(model.Config, 10_000)
            .Select(pair => pair.Name.Contains("rotary", StringComparison.Ordinal) ? (pair.Name, pair.Value.narrow(1, 0, 4)) : pair);
        Write(model, partial);
        StringAssert.Contains(
            Assert.ThrowsExactly<FormatException>(() => TransformerModel.LoadTransformerLens(_file)).Message, "all 6 numbers of a head");

        // Llama 3.1 stretches the slow ones.
        var stretched = Buffers(model.Config, 10_000, pair => pair == 1 ? 0.25 : 1);
        Write(model, stretched);
        StringAssert.Contains(
            Assert.ThrowsExactly<FormatException>(() => TransformerModel.LoadTransformerLens(_file)).Message, "stretched");
    }

    [TestMethod]
    public void GroupedKeysAndValues_AreReadByTheirNamesWithAnUnderscore()
    {
        using var model = Create(Rotary with { KeyValueHeads = 2 });
        Write(model, Buffers(model.Config, 10_000), name => name.EndsWith("_K", StringComparison.Ordinal)
            || name.EndsWith("_V", StringComparison.Ordinal)
            ? name.Insert(name.LastIndexOf('.') + 1, "_") : name);
        using var loaded = TransformerModel.LoadTransformerLens(_file);
        Assert.AreEqual(2, loaded.Config.KeyValueHeads);
        Assert.IsLessThan(1e-5f, Checkpoints.Difference(model, loaded));
    }

    [TestMethod]
    public void FoldedNorms_MustBeSaid()
    {
        using var model = Create(Rotary);
        using var folded = model.FoldNorm();
        Write(folded, Buffers(model.Config, 10_000));
        var message = Assert.ThrowsExactly<FormatException>(() => TransformerModel.LoadTransformerLens(_file)).Message;
        StringAssert.Contains(message, "LayerNormPre");
        // To say something else is not to say it.
        Assert.ThrowsExactly<FormatException>(
            () => TransformerModel.LoadTransformerLens(_file, config => config with { Activation = TransformerActivation.Gelu }));
        using var loaded = TransformerModel.LoadTransformerLens(_file, config => config with { Norm = TransformerNorm.LayerNormPre });
        Assert.IsLessThan(1e-4f, Checkpoints.Difference(model, loaded));
        using var none = TransformerModel.LoadTransformerLens(_file, config => config with { Norm = TransformerNorm.None });
        Assert.AreEqual(TransformerNorm.None, none.Config.Norm);
    }

    [TestMethod]
    public void PositionsThatNothingTells_MustBeSaid()
    {
        using var model = Create(Rotary);
        Write(model, []);
        StringAssert.Contains(
            Assert.ThrowsExactly<FormatException>(() => TransformerModel.LoadTransformerLens(_file)).Message, "Positions");
        using var loaded = TransformerModel.LoadTransformerLens(_file, config => config with { Positions = TransformerPositions.Rotary });
        Assert.AreEqual(0f, Checkpoints.Difference(model, loaded));
        using var none = TransformerModel.LoadTransformerLens(_file, config => config with { Positions = TransformerPositions.None });
        Assert.AreEqual(TransformerPositions.None, none.Config.Positions);
    }

    [TestMethod]
    public void Masks_TellWhatIsSeen()
    {
        using var model = Create(Rotary);
        foreach (var type in new[] { ScalarType.Bool, ScalarType.Float32 })
        {
            Write(model, WithMask(ones(9, 9).to_type(type)));
            using var bidirectional = TransformerModel.LoadTransformerLens(_file);
            Assert.IsFalse(bidirectional.Config.Causal);
            Write(model, WithMask(ones(9, 9).tril().to_type(type)));
            using var causal = TransformerModel.LoadTransformerLens(_file);
            Assert.IsTrue(causal.Config.Causal);
            Write(model, WithMask((ones(9, 9).tril() - ones(9, 9).tril(-3)).to_type(type)));
            StringAssert.Contains(
                Assert.ThrowsExactly<FormatException>(() => TransformerModel.LoadTransformerLens(_file)).Message, "local attention");
        }

        // GPT-Neo's layers alternate between local and global attention.
        var near = ones(9, 9).tril() - ones(9, 9).tril(-3);
        Write(model, Buffers(model.Config, 10_000).Select(pair => pair.Name == "blocks.1.attn.mask" ? (pair.Name, near) : pair));
        StringAssert.Contains(Assert.ThrowsExactly<FormatException>(() => TransformerModel.LoadTransformerLens(_file)).Message, "blocks.1");
        Write(model, Buffers(model.Config, 10_000).Select(pair => pair.Name == "blocks.1.attn.mask" ? (pair.Name, ones(9, 9)) : pair));
        StringAssert.Contains(
            Assert.ThrowsExactly<FormatException>(() => TransformerModel.LoadTransformerLens(_file)).Message, "all layers must be equal");

        IEnumerable<(string, Tensor)> WithMask(Tensor mask) =>
            Buffers(model.Config, 10_000).Select(pair => pair.Name.EndsWith("mask", StringComparison.Ordinal) ? (pair.Name, mask) : pair);
    }

    [TestMethod]
    public void ConfigurationThatIsNotAllowed_IsTheCallersFault()
    {
        using var model = Create(Rotary);
        Write(model, Buffers(model.Config, 10_000));
        Assert.ThrowsExactly<ArgumentException>(
            () => TransformerModel.LoadTransformerLens(_file, config => config with { NormEpsilon = 0 }));
    }

    private static TransformerConfig Rotary =>
        TinyTransformers.Configs["gpt2"] with { Positions = TransformerPositions.Rotary, TiedEmbeddings = false };

    private static TransformerModel Create(TransformerConfig config)
    {
        using var random = TransformerModel.CreateRandom(config, 3);
        return Checkpoints.Changed(
            random, (name, value) => name.EndsWith(".w", StringComparison.Ordinal) ? value.Scaled(1.5) : value.Scaled(20).Plus(0.1));
    }

    // As TransformerLens computes them, in Single, halves of a head paired.
    private static IEnumerable<(string Name, Tensor Value)> Buffers(
        TransformerConfig config, double wavelength, Func<int, double>? stretch = null)
    {
        var half = config.HeadWidth / 2;
        var angles = tensor(Enumerable.Range(0, config.Context).SelectMany(step => Enumerable.Range(0, 2 * half)
            .Select(i => (float)(step * Math.Pow(wavelength, -(double)(i % half) / half) * (stretch?.Invoke(i % half) ?? 1)))).ToArray())
                .view(config.Context, 2 * half);
        for (var layer = 0; layer < config.Layers; layer++)
        {
            yield return ($"blocks.{layer}.attn.mask", ones(config.Context, config.Context).tril().to_type(ScalarType.Bool));
            yield return ($"blocks.{layer}.attn.IGNORE", NumberDoors.Full([], float.NegativeInfinity));
            yield return ($"blocks.{layer}.attn.rotary_sin", angles.sin());
            yield return ($"blocks.{layer}.attn.rotary_cos", angles.cos());
        }
    }

    private void Write(TransformerModel model, IEnumerable<(string, Tensor)> buffers, Func<string, string>? rename = null) =>
        File.WriteAllBytes(
        _file, Safetensors.Write([.. model.WeightNames.Select(name => (rename?.Invoke(name) ?? name, model.Weight(name))), .. buffers]));
}
