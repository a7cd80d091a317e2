using Microsoft.ML.Extensions.Interpretability.Tests.Models;
using Microsoft.ML.Extensions.Persistence;
using Microsoft.ML.Extensions.Tests;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Interpretability.Tests.Circuits;

/// <summary>A circuit whose checksums agree and whose content a stranger changed is refused, by name, and leaves nothing.</summary>
[TestClass]
public sealed class StrangerCircuitTests
{
    private static readonly Lazy<byte[]> Saved = new(Save);

    [TestMethod]
    [DataRow("model.embed.W_E", double.NaN)]
    [DataRow("model.blocks.1.mlp.b_out", double.PositiveInfinity)]
    [DataRow("coder.encoder.0", double.NaN)]
    [DataRow("coder.offset.1", double.NegativeInfinity)]
    public void TensorThatIsNoNumber_IsRefusedByName(string name, double value) => AssertRefused(
        $"'{name}' holds a number that is NaN or infinite", Tensors(tensors => tensors[name] = tensors[name].clone().Fill(value)));

    [TestMethod]
    public void CoderOfUnequalShapes_IsRefused()
    {
        AssertRefused("'encoder.1' is missing or does not fit",
            Tensors(tensors => tensors["coder.encoder.1"] = cat([tensors["coder.encoder.1"], tensors["coder.encoder.1"]], 2)));
        AssertRefused("'offset.1' is missing or does not fit",
            Tensors(tensors => tensors["coder.offset.1"] = cat([tensors["coder.offset.1"], tensors["coder.offset.1"]])));
        AssertRefused("'encoder.0' is missing or does not fit", Tensors(tensors => tensors.Remove("coder.encoder.0")));
        AssertRefused("'encoder.7' is unknown", Tensors(tensors => tensors["coder.encoder.7"] = zeros(1)));
        AssertRefused("'more' is unknown", Tensors(tensors => tensors["more"] = zeros(1)));
    }

    [TestMethod]
    [DataRow("Ratios.0.0", "\"NaN\"", "Ratios holds")]
    [DataRow("Ratios.0.0", "1e300", "Ratios holds")]
    [DataRow("Ratios.0", "null", "Ratios holds")]
    [DataRow("Heads.0", "\"NaN\"", "is no number that they can be")]
    [DataRow("Edges.0", "\"Infinity\"", "is no number that they can be")]
    [DataRow("PValue", "2", "is no number that they can be")]
    [DataRow("HeldOutAuc", "-1", "is no number that they can be")]
    [DataRow("Columns.Codes", "\"\"", "Codes is empty")]
    [DataRow("Model.Activation", "\"Relu\"", "and the circuit was found in")]
    [DataRow("Model.Layers", "1000", "do not fit")]
    [DataRow("ModelChecksum", "\"\"", "its checksum differs")]
    [DataRow("CircuitHeads.0", "-1", "does not fit its language model")]
    [DataRow("TokenizerFiles", "{}", "and this one has none")]
    [DataRow("TokenizerFiles", "{\"vocab.json\":null}", "and this one has none")]
    [DataRow("TokenizerFiles", "{\"merges.txt\":\"\"}", "and this one has none")]
    [DataRow("TokenizerFiles", "{\"vocab.json\":\"\"}", "vocab.json' is empty")]
    [DataRow("TokenizerFiles", "{\"vocab.json\":\"eyJhIjowfQ==\"}", "A file of the tokenizer is missing: ")]
    [DataRow("TokenizerFiles", "{\"../vocab.json\":\"\"}", "'../vocab.json' is no file of a tokenizer")]
    [DataRow("TokenizerFiles", "{\"..\":\"\"}", "'..' is no file of a tokenizer")]
    [DataRow("TokenizerFiles", "{\"\":\"\"}", "'' is no file of a tokenizer")]
    public void DescriptionThatCannotBe_IsRefused(string path, string value, string expected)
    {
        var file = ModelFile.WithDescription(Saved.Value, json =>
        {
            if (path == "Model.Activation")
            {
                // The weights and their checksum are right for this model, too.
                json["Model"]!["ModelFolder"] = Folder.Value;
            }
            new JsonChange(["Model", .. path.Split('.')], value).Apply(json);
        });
        AssertRefused(expected, path == "Model.Activation" ? WithoutModel(file) : file);
    }

    [TestMethod]
    public void UnchangedFile_IsTaken() => ((IDisposable)ModelFile.Load(new MLContext(1), Saved.Value)).Dispose();

    private static readonly Lazy<string> Folder = new(() => Directory.CreateTempSubdirectory("circuit-").FullName);

    [ClassCleanup]
    public static void Delete()
    {
        if (Folder.IsValueCreated)
        {
            Directory.Delete(Folder.Value, recursive: true);
        }
    }

    private static void AssertRefused(string expected, byte[] file)
    {
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        var e = Assert.Throws<Exception>(() => ModelFile.Load(new MLContext(1), file));
        while (e is not FormatException)
        {
            e = e.InnerException ?? throw new AssertFailedException("No FormatException among the causes.");
        }
        StringAssert.Contains(e.Message, expected);
        Assert.AreEqual(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount, "tensors are left alive");
    }

    private static byte[] WithoutModel(byte[] file)
    {
        using (var model = TinyTransformers.Create("gpt2"))
        {
            model.Save(Folder.Value);
        }
        return Tensors(tensors =>
        {
            foreach (var name in tensors.Keys.Where(name => name.StartsWith("model.", StringComparison.Ordinal)).ToArray())
            {
                tensors.Remove(name);
            }
        }, file);
    }

    private static byte[] Tensors(Action<Dictionary<string, Tensor>> edit, byte[]? file = null)
    {
        using var scope = NewDisposeScope();
        file ??= Saved.Value;
        var tensors = Safetensors.Read(ModelFile.Entry(file, ModelFile.Weights)).ToDictionary();
        scope.Attach(tensors.Values);
        edit(tensors);
        return ModelFile.With(file, ModelFile.Weights, Safetensors.Write(tensors.Select(pair => (pair.Key, pair.Value))));
    }

    private static byte[] Save()
    {
        var ml = new MLContext(1);
        using var model = TinyTransformers.Create("gpt2");
        var data = ml.Data.LoadFromEnumerable(Enumerable.Range(0, 16)
            .Select(index => new Row { Tokens = [index % 11, 3, index % 2 == 0 ? index % 11 : 7, 1], Label = index % 2 == 0 }).ToArray());
        using var circuit = ml.Transforms.SparseAutoencoderCircuitFinder(
            model, inputColumnName: "Tokens", options: new CircuitFinderOptions { Epochs = 2, Permutations = 0, EmbedModel = true })
                .Fit(data);
        return ModelFile.Save(ml, circuit, data.Schema);
    }

    private sealed class Row
    {
        public int[] Tokens { get; set; } = [];

        public bool Label { get; set; }
    }
}
