using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Microsoft.ML.Extensions.Persistence;
using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Contract.Tests;

/// <summary>
/// A model file whose checksums agree and whose content a stranger changed is refused, or scores as it did; nothing else.
/// </summary>
[TestClass]
public sealed class StrangerModelTests
{
    private const int Changes = 30;
    private const long MostBytes = 32L << 20;
    private const int HangLimit = 60_000;

    // Numbers that any model might have there: to change them makes another model, which scores otherwise.
    private static readonly string[] Free =
    [
        "Model.Head.Mean", "Model.Head.Scale", "Model.Head.Forecast.Scales.0", "Model.Head.Forecast.Scales.1",
    ];

    [TestMethod, EveryTrainer, Timeout(HangLimit)]
    public void AnyValueOfTheDescriptionChanged_IsRefused_OrGivesTheRightScores(TrainerCase trainer)
    {
        var saved = SavedModel.Of(trainer);
        var changes = JsonChange.All(JsonNode.Parse(ModelFile.Entry(saved.File, ModelFile.Description))!).ToArray();
        new Random(1).Shuffle(changes);
        foreach (var change in changes.Take(Changes))
        {
            var file = ModelFile.WithDescription(saved.File, change.Apply);
            var before = GC.GetAllocatedBytesForCurrentThread();
            if (Loaded(file, $"{change}") is { } model)
            {
                AssertScores(saved, model, change);
                (model as IDisposable)?.Dispose();
            }
            Assert.IsLessThan(MostBytes, GC.GetAllocatedBytesForCurrentThread() - before, $"{change}");
        }
    }

    [TestMethod, EveryTrainer(InEpochs = true)]
    public void NetworkLargerThanTheFile_IsRefusedBeforeItIsMade(TrainerCase trainer)
    {
        var saved = SavedModel.Of(trainer);
        var width = new[] { "HiddenSize", "Width" }.Single(
            name => JsonNode.Parse(ModelFile.Entry(saved.File, ModelFile.Description))!["Model"]!["Options"]![name] is not null);
        StringAssert.Contains(
            Refusal(ModelFile.WithDescription(saved.File, json => json["Model"]!["Options"]![width] = 4096)), "The description calls for");
        foreach (var value in new[] { -1, 0, int.MaxValue })
        {
            StringAssert.Contains(
                Refusal(ModelFile.WithDescription(saved.File, json => json["Model"]!["Options"]![width] = value)), $"{width} is {value}");
        }
    }

    [TestMethod, EveryTrainer]
    public void NumberOfNetworksThatAreNotThere_IsRefused(TrainerCase trainer)
    {
        var saved = SavedModel.Of(trainer);
        foreach (var members in new[] { int.MinValue, -1, 0, 2, 100, int.MaxValue })
        {
            Refusal(ModelFile.WithDescription(saved.File, json => json["Model"]!["Members"] = members));
        }
    }

    [TestMethod, EveryTrainer]
    public void WeightsThatAreNoNumbers_AreRefusedByName(TrainerCase trainer)
    {
        var saved = SavedModel.Of(trainer);
        foreach (var value in new[] { double.NaN, double.PositiveInfinity, double.NegativeInfinity })
        {
            var weights = ModelFile.Entry(saved.File, ModelFile.Weights);
            var entry = SafetensorsHeader.Read(weights).First(entry => entry.Length > 0 && entry.Type.Name is "F32" or "F64");
            var bytes = weights.AsSpan((int)entry.Start, (int)entry.Length);
            if (entry.Type.Name == "F32")
            {
                MemoryMarshal.Cast<byte, float>(bytes)[^1] = (float)value;
            }
            else
            {
                MemoryMarshal.Cast<byte, double>(bytes)[^1] = value;
            }
            StringAssert.Contains(
                Refusal(ModelFile.With(saved.File, ModelFile.Weights, weights)), $"'{entry.Name}' holds a number that is NaN or infinite");
        }
    }

    [TestMethod]
    public void EntryOfZeros_IsRefusedBeforeItIsRead()
    {
        var saved = SavedModel.Of(TrainerCases.All[0]);
        foreach (var entry in new[] { ModelFile.Description, ModelFile.Weights })
        {
            var file = ModelFile.With(saved.File, entry, new byte[MostBytes * 4]);
            var before = GC.GetAllocatedBytesForCurrentThread();
            Refusal(file);
            Assert.IsLessThan(MostBytes, GC.GetAllocatedBytesForCurrentThread() - before, entry);
        }
    }

    // 100 MB that lie in the file as 100 KB; each is what its header says.
    [TestMethod]
    public void EntryThatUnpacksToManyTimesItsBytes_IsRefusedBeforeItIsUnpacked()
    {
        var saved = new SavedModel(TrainerCases.All[0]);
        byte[] header = [.. System.Text.Encoding.ASCII.GetBytes(
            $"{{\"x\":{{\"dtype\":\"U8\",\"shape\":[{100 << 20}],\"data_offsets\":[0,{100 << 20}]}}}}")];
        var spaces = Enumerable.Repeat((byte)' ', 100 << 20).ToArray();
        foreach (var (entry, content) in new (string, byte[])[]
        {
            (ModelFile.Weights, [.. BitConverter.GetBytes((long)header.Length), .. header, .. new byte[100 << 20]]),
            (ModelFile.Description, [.. ModelFile.Entry(saved.File, ModelFile.Description), .. spaces]),
        })
        {
            var file = ModelFile.With(saved.File, entry, content);
            Assert.IsLessThan(1 << 20, file.Length);
            var before = GC.GetAllocatedBytesForCurrentThread();
            StringAssert.Contains(Refusal(file), $"unpacks to {content.Length}");
            Assert.IsLessThan(MostBytes, GC.GetAllocatedBytesForCurrentThread() - before, entry);
        }
    }

    // Of two entries that differ in the case of letters, the harmless one would be checked and the other unpacked.
    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void EntriesThatDifferInCaseAlone_AreRefused(bool otherFirst)
    {
        var file = SavedModel.Of(TrainerCases.All[0]).File;
        var entries = ModelFile.Entries(file);
        var name = entries.Keys.Single(key => key.EndsWith(ModelFile.Weights, StringComparison.Ordinal));
        KeyValuePair<string, byte[]> other = new(name[..^ModelFile.Weights.Length] + ModelFile.Weights.ToUpperInvariant(), entries[name]);
        var packed = ModelFile.Pack(otherFirst ? [other, .. entries] : [.. entries, other]);
        Assert.Contains("but for the case of letters", Refusal(packed));
    }

    [TestMethod]
    public void EntryLongerThanTheZipSays_IsNotUnpackedBeyondIt()
    {
        var saved = new SavedModel(TrainerCases.All[0]);
        var content = ModelFile.Entry(saved.File, ModelFile.Description);
        byte[] longer = [.. content, .. Enumerable.Repeat((byte)' ', 50 << 20)];
        var file = ModelFile.With(saved.File, ModelFile.Description, longer);
        var said = file.AsSpan();
        for (var found = said.IndexOf(BitConverter.GetBytes(longer.Length)); found >= 0; found = said.IndexOf(
            BitConverter.GetBytes(longer.Length)))
        {
            BitConverter.TryWriteBytes(said[found..], content.Length);
        }
        var before = GC.GetAllocatedBytesForCurrentThread();
        StringAssert.Contains(Refusal(file), "the checksum of 'model.json' does not agree");
        Assert.IsLessThan(MostBytes, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [TestMethod, EveryTrainer(Classification = true)]
    public void OneNameForTwoColumnsOfScores_IsRefusedOnLoading(TrainerCase trainer)
    {
        var saved = new SavedModel(trainer);
        StringAssert.Contains(Refusal(
            ModelFile.WithDescription(saved.File, json => json["Model"]!["Outputs"]!["PredictedLabel"] = "Score")), "are called 'Score'");
    }

    [TestMethod]
    public void KernelThatOptionsAndWeightsDoNotMakeTogether_IsRefusedOnLoading()
    {
        var saved = new SavedModel(TrainerCases.Named("NeuralTangentKernel, regression"));
        Refusal(ModelFile.WithDescription(saved.File, json => json["Model"]!["Options"]!["InfiniteDepth"] = true));
    }

    private static void AssertScores(SavedModel saved, ITransformer model, JsonChange change)
    {
        try
        {
            var scores = saved.ScoresOf(model);
            if (!Free.Contains(change.Where))
            {
                Assert.AreEqual(saved.Scores.Bits(), scores.Bits(), $"{change}: silently different scores");
            }
        }
        catch (Exception e) when (e is InvalidDataException or ArgumentException or InvalidOperationException)
        {
            // The data have no column of that name or type, or a row's score is no number: the first scoring says so.
        }
    }

    private static ITransformer? Loaded(byte[] file, string where)
    {
        try
        {
            return ModelFile.Load(new MLContext(9), file);
        }
        catch (Exception e)
        {
            Assert.IsNotNull(Cause(e), $"{where}: {e}");
            return null;
        }
    }

    private static string Refusal(byte[] file) =>
        Cause(Assert.Throws<Exception>(() => ModelFile.Load(new MLContext(9), file)))?.Message
            ?? throw new AssertFailedException("No FormatException among the causes.");

    // ML.NET wraps what a loader throws; the first FormatException inside is the pack's own.
    private static FormatException? Cause(Exception? e) => e is null or FormatException ? (FormatException?)e : Cause(e.InnerException);
}
