using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Contract.Tests;

/// <summary>A program that names nothing of the pack loads the model: the pack's libraries merely lie beside it.</summary>
[TestClass]
public sealed class ConsumerTests
{
    // The program as it is published without libtorch. Without a list of its dependencies, the host takes what is in its folder.
    private static readonly Lazy<string> s_published = new(() =>
    {
        var folder = Directory.CreateTempSubdirectory("published-").FullName;
        foreach (var file in Directory.EnumerateFiles(AppContext.BaseDirectory, "*.dll").Append(Path.Combine(AppContext.BaseDirectory, Settings)))
        {
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        }
        return folder;
    });

    private const string Consumer = "ModelConsumer";
    private const string Settings = $"{Consumer}.runtimeconfig.json";

    private readonly string _folder = Directory.CreateTempSubdirectory("consumer-").FullName;

    [ClassCleanup]
    public static void DeletePublished()
    {
        if (s_published.IsValueCreated)
        {
            Directory.Delete(s_published.Value, recursive: true);
        }
    }

    [TestCleanup]
    public void Delete() => Directory.Delete(_folder, recursive: true);

    [TestMethod, EveryTrainer]
    public void FreshProcess_GivesTheSameScoresToTheLastBit(TrainerCase trainer)
    {
        var saved = SavedModel.Of(trainer);
        var result = ChildProcess.Run(
            Consumer, [Write("model.zip", saved.File), WriteRows(saved)], _ => { }, environment: ("OMP_NUM_THREADS", "1"));
        AssertSame(trainer, saved, result);
    }

    [TestMethod, EveryTrainer]
    public void ApplicationWithoutLibtorch_ScoresTheSame_OrIsToldThePackageToAdd(TrainerCase trainer)
    {
        var saved = SavedModel.Of(trainer);
        // TorchSharp would find libtorch in the packages of this machine.
        var result = ChildProcess.Run(
            Path.Combine(s_published.Value, Consumer), [Write("model.zip", saved.File), WriteRows(saved)], _ => { },
            environment: ("NUGET_PACKAGES", Path.Combine(_folder, "none")));
        if (ManagedTests.IsManaged(trainer))
        {
            AssertSame(trainer, saved, result);
            return;
        }
        Assert.AreEqual(1, result.ExitCode, result.Output);
        StringAssert.Contains(result.ErrorLines.Single(), "add the package TorchSharp-cpu");
    }

    [TestMethod, EveryTrainer(OneTask = true)]
    public void DamagedModel_IsOneClearLineInAFreshProcess(TrainerCase trainer)
    {
        var saved = SavedModel.Of(trainer);
        var entries = ModelFile.Entries(saved.File);
        entries[entries.Keys.Single(name => name.EndsWith(ModelFile.Weights, StringComparison.Ordinal))][^1] ^= 1;
        var result = ChildProcess.Run(Consumer, Write("model.zip", ModelFile.Pack(entries)), WriteRows(saved));
        Assert.AreEqual(1, result.ExitCode);
        StringAssert.Contains(Lines(result.Errors).Single(), "the checksum of 'weights.safetensors' does not agree");
    }

    private static void AssertSame(TrainerCase trainer, SavedModel saved, ChildProcess result)
    {
        Assert.AreEqual(0, result.ExitCode, result.Errors);
        var expected = trainer.Task.Scores(saved.Model.Transform(saved.Data)).Select(row => row[..ScoreWidth(trainer)]).ToArray();
        Assert.AreEqual(expected.Bits(), string.Join('\n', Lines(result.Output).Select(line => FirstNumbers(line, expected[0].Length))));
    }

    private static int ScoreWidth(TrainerCase trainer) => trainer.Task == MulticlassToy.Instance ? MulticlassToy.Classes.Length : 1;

    private static string FirstNumbers(string line, int count) => string.Join(' ', line.Split(' ').Take(count)).ToLowerInvariant();

    private static string[] Lines(string text) => text.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries);

    private string Write(string name, byte[] bytes)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    private string WriteRows(SavedModel saved)
    {
        var path = Path.Combine(_folder, "rows.idv");
        using var stream = File.Create(path);
        saved.Context.Data.SaveAsBinary(saved.Data, stream);
        return path;
    }
}
