using System.Text;
using System.Text.Json;
using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Contract.Tests;

[TestClass]
public sealed class PersistenceTests
{
    [TestMethod, EveryTrainer]
    public void LoadedModel_GivesTheSameScores(TrainerCase trainer)
    {
        foreach (var input in trainer.Inputs)
        {
            var saved = new SavedModel(trainer, input);
            using var loaded = (IDisposable)ModelFile.Load(new MLContext(9), saved.File);
            Scores.AssertSame(saved.Scores, saved.ScoresOf((ITransformer)loaded));
        }
    }

    [TestMethod, EveryTrainer]
    public void LoadedModel_HasTheSameSchemaAndParameters(TrainerCase trainer)
    {
        var saved = SavedModel.Of(trainer);
        var loaded = ModelFile.Load(new MLContext(9), saved.File);
        var schema = loaded.GetOutputSchema(saved.Data.Schema).Shape();
        CollectionAssert.AreEqual(Names(saved.Model.GetOutputSchema(saved.Data.Schema).Shape()), Names(schema));
        var (before, after) = (Network(saved.Model), Network(loaded));
        Assert.AreEqual((before.Model.Kind, before.Model.ParameterCount), (after.Model.Kind, after.Model.ParameterCount));
        Assert.AreEqual((before.FeatureColumnName, before.FeatureColumnType), (after.FeatureColumnName, after.FeatureColumnType));
    }

    [TestMethod, EveryTrainer]
    public void ModelSavedAgainAfterLoading_IsTheSameFile(TrainerCase trainer)
    {
        var saved = SavedModel.Of(trainer);
        var ml = new MLContext(9);
        var again = ModelFile.Save(ml, ModelFile.Load(ml, saved.File), saved.Data.Schema);
        AssertSameEntries(ModelFile.Entries(saved.File), ModelFile.Entries(again));
    }

    [TestMethod, EveryTrainer]
    public void ModelSavedTwice_IsTheSameFile(TrainerCase trainer)
    {
        var saved = SavedModel.Of(trainer);
        AssertSameEntries(ModelFile.Entries(saved.File), ModelFile.Entries(ModelFile.Save(saved.Context, saved.Model, saved.Data.Schema)));
    }

    [TestMethod, EveryTrainer]
    public void Description_NamesNoTypes(TrainerCase trainer)
    {
        var json = Encoding.UTF8.GetString(ModelFile.Entry(SavedModel.Of(trainer).File, ModelFile.Description));
        foreach (var mark in new[] { "Microsoft.ML", "System.", "PublicKeyToken", "Version=", "$type" })
        {
            Assert.IsFalse(json.Contains(mark, StringComparison.Ordinal), $"model.json has '{mark}'.");
        }
    }

    [TestMethod, EveryTrainer]
    public void Weights_AreSafetensorsThatHoldEveryParameter(TrainerCase trainer)
    {
        var saved = SavedModel.Of(trainer);
        var file = ModelFile.Entry(saved.File, ModelFile.Weights);
        var length = (int)BitConverter.ToUInt64(file);
        using var header = JsonDocument.Parse(file.AsMemory(8, length));
        foreach (var (name, shape) in Network(saved.Model).Model.ParameterShapes)
        {
            var entry = header.RootElement.GetProperty(name);
            Assert.AreEqual("F32", entry.GetProperty("dtype").GetString());
            CollectionAssert.AreEqual(shape, entry.GetProperty("shape").EnumerateArray().Select(value => value.GetInt64()).ToArray());
        }
        var end = header.RootElement.EnumerateObject().Max(entry => entry.Value.GetProperty("data_offsets")[1].GetInt64());
        Assert.AreEqual(file.Length, 8 + length + end);
    }

    [TestMethod, EveryTrainer]
    public void ModelOfANewerFormat_SaysSoAndWhatToDo(TrainerCase trainer)
    {
        var file = ModelFile.WithDescription(SavedModel.Of(trainer).File, json => json["FormatVersion"] = 99);
        var message = Refusal(file);
        StringAssert.Contains(message, "format version 99");
        StringAssert.Contains(message, "update the package");
    }

    [TestMethod, EveryTrainer]
    public void ModelOfAnUnknownNetwork_SaysSoAndWhatToDo(TrainerCase trainer)
    {
        var message = Refusal(ModelFile.WithDescription(SavedModel.Of(trainer).File, json => json["Model"]!["Network"] = "Unheard"));
        StringAssert.Contains(message, "'Unheard'");
        StringAssert.Contains(message, "update");
    }

    [TestMethod, EveryTrainer]
    public void ModelOfAnUnknownTask_SaysSoAndWhatToDo(TrainerCase trainer)
    {
        var message = Refusal(ModelFile.WithDescription(SavedModel.Of(trainer).File, json => json["Model"]!["Head"]!["Task"] = "Unheard"));
        StringAssert.Contains(message, "'Unheard'");
        StringAssert.Contains(message, "update");
    }

    [TestMethod, EveryTrainer]
    public void ModelLeavesNothingAliveOnceDisposed(TrainerCase trainer)
    {
        var saved = SavedModel.Of(trainer);
        LiveTensors.AssertNoneLeft(() =>
        {
            using var loaded = (IDisposable)ModelFile.Load(new MLContext(9), saved.File);
            saved.ScoresOf((ITransformer)loaded);
        });
    }

    [TestMethod, EveryTrainer]
    public void HeaderNamesTheAssemblyWithoutAVersion(TrainerCase trainer) =>
        ModelFile.WithAssembly(SavedModel.Of(trainer).File, name =>
        {
            Assert.DoesNotContain(",", name);
            return name;
        });

    [TestMethod, EveryTrainer]
    public void ModelOfAnyAssemblyVersion_Loads(TrainerCase trainer)
    {
        var saved = SavedModel.Of(trainer);
        foreach (var version in new[] { "0.0.9.0", "0.1.0.0", "0.2.0.0", "9.8.7.6" })
        {
            var file = ModelFile.WithAssembly(saved.File, name => $"{name}, Version={version}, Culture=neutral, PublicKeyToken=null");
            using var loaded = (IDisposable)ModelFile.Load(new MLContext(9), file);
            Scores.AssertSame(saved.Scores, saved.ScoresOf((ITransformer)loaded));
        }
    }

    // ML.NET wraps what a loader throws; the first FormatException inside is the pack's own.
    private static string Refusal(byte[] file)
    {
        Exception? thrown = Assert.Throws<Exception>(() => ModelFile.Load(new MLContext(9), file));
        while (thrown is not (null or FormatException))
        {
            thrown = thrown.InnerException;
        }
        return thrown?.Message ?? throw new AssertFailedException("No FormatException among the causes.");
    }

    private static NetworkTransformer Network(ITransformer model) => Parts(model).OfType<NetworkTransformer>().Single();

    private static IEnumerable<ITransformer> Parts(ITransformer model) =>
        model is IEnumerable<ITransformer> chain ? chain.SelectMany(Parts) : [model];

    private static string[] Names(SchemaShape shape) =>
        [.. shape.Select(column => $"{column.Name} {column.Kind} {column.ItemType} {column.IsKey}")];

    private static void AssertSameEntries(Dictionary<string, byte[]> first, Dictionary<string, byte[]> second)
    {
        CollectionAssert.AreEqual(first.Keys, second.Keys);
        foreach (var (name, bytes) in first)
        {
            CollectionAssert.AreEqual(bytes, second[name], name);
        }
    }
}
