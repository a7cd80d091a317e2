using System.Diagnostics;
using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Contract.Tests;

[TestClass]
public sealed class SaveAtomicallyTests
{
    private const int Kills = 10;

    private readonly string _folder = Directory.CreateTempSubdirectory("save-atomically-").FullName;

    private string Target => Path.Combine(_folder, "model.zip");

    [TestCleanup]
    public void Delete() => Directory.Delete(_folder, recursive: true);

    [TestMethod, EveryTrainer]
    public void SavedModel_IsTheOneThatSaveWrites(TrainerCase trainer)
    {
        var saved = SavedModel.Of(trainer);
        saved.Context.Model.SaveAtomically(saved.Model, saved.Data.Schema, Target);
        using var loaded = (IDisposable)new MLContext(9).Model.Load(Target, out var schema);
        Scores.AssertSame(saved.Scores, saved.ScoresOf((ITransformer)loaded));
        Assert.AreEqual(saved.Data.Schema.Count, schema.Count);
        Assert.HasCount(1, Directory.GetFiles(_folder));
    }

    [TestMethod]
    public void DisposedModel_KeepsTheOldFile()
    {
        var saved = new SavedModel(TrainerCases.All[0]);
        saved.Context.Model.SaveAtomically(saved.Model, saved.Data.Schema, Target);
        var old = File.ReadAllBytes(Target);
        ((IDisposable)saved.Model).Dispose();
        Assert.ThrowsExactly<ObjectDisposedException>(() => saved.Context.Model.SaveAtomically(saved.Model, saved.Data.Schema, Target));
        CollectionAssert.AreEqual(old, File.ReadAllBytes(Target));
        Assert.HasCount(1, Directory.GetFiles(_folder));
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    public void KilledSaves_LeaveAFileThatLoads_AndTheNextOneSweepsWhatTheyLeft()
    {
        var saved = new SavedModel(TrainerCases.All[0]);
        var source = Path.Combine(Directory.CreateDirectory(Path.Combine(_folder, "source")).FullName, "model.zip");
        File.WriteAllBytes(source, saved.File);
        saved.Context.Model.SaveAtomically(saved.Model, saved.Data.Schema, Target);
        var random = new Random(1);
        var cut = 0;
        for (var kill = 0; kill < Kills; kill++)
        {
            ChildProcess.Run("Microsoft.ML.Extensions.Contract.Tests", [SaveVictim.Command, source, Target], process =>
                KillWhileItSaves(process, random));
            using var loaded = (IDisposable)new MLContext(2).Model.Load(Target, out _);
            Scores.AssertSame(saved.Scores, saved.ScoresOf((ITransformer)loaded));
            cut += Directory.GetFiles(_folder).Length - 1;
        }
        Assert.IsGreaterThan(Kills / 4, cut, "Too few saves were cut off to say anything.");
        saved.Context.Model.SaveAtomically(saved.Model, saved.Data.Schema, Target);
        Assert.HasCount(1, Directory.GetFiles(_folder));
    }

    [TestMethod]
    public void ModelWithALoader_ComesBackWithIt()
    {
        var ml = new MLContext(1);
        var table = Path.Combine(_folder, "table.csv");
        File.WriteAllText(table, "1,2\n3,4\n");
        var loader = ml.Data.CreateTextLoader([new("X", DataKind.Single, 0, 1)], separatorChar: ',');
        var data = loader.Load(table);
        ml.Model.SaveAtomically(ml.Transforms.Sequences.Reshape("Sequence", "X", 1).Fit(data), loader, Target);
        var model = ml.Model.LoadWithDataLoader(Target, out var read);
        Assert.AreEqual(2, model.Transform(read.Load(new MultiFileSource(table))).GetColumn<float[]>("Sequence").Count());
    }

    [TestMethod]
    public void File_NamesTheLibraryWithoutItsVersion()
    {
        var saved = new SavedModel(TrainerCases.All[0]);
        var keys = ModelFile.Entries(saved.File).Where(entry => entry.Key.EndsWith("Model.key", StringComparison.Ordinal))
            .Select(entry => entry.Value)
            .Where(key => key.AsSpan().IndexOf("Microsoft.ML.Extensions"u8) >= 0
                || key.AsSpan().IndexOf(System.Text.Encoding.Unicode.GetBytes("Microsoft.ML.Extensions")) >= 0)
            .ToList();
        Assert.HasCount(1, keys);
        Assert.AreEqual(-1, keys[0].AsSpan().IndexOf("Version"u8));
        Assert.AreEqual(-1, keys[0].AsSpan().IndexOf(System.Text.Encoding.Unicode.GetBytes("Version")));
    }

    // At a random moment of the saves after the first one has begun.
    private void KillWhileItSaves(Process process, Random random)
    {
        var before = Directory.GetFiles(_folder);
        while (!process.HasExited && !Directory.GetFiles(_folder).Except(before).Any())
        {
            Thread.Sleep(1);
        }
        Thread.Sleep(random.Next(200));
        process.Kill();
    }

    [TestMethod]
    public void LibrariesOfAMajorVersion_HaveOneAssemblyVersion()
    {
        foreach (var assembly in PackAssemblies.All)
        {
            Assert.AreEqual(new Version(0, 1, 0, 0), assembly.GetName().Version, assembly.FullName);
        }
    }
}
