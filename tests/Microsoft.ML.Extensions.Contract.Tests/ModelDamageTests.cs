using System.Reflection;
using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Contract.Tests;

/// <summary>A damaged model file gives a documented exception or exactly the right scores; nothing else.</summary>
[TestClass]
public sealed class ModelDamageTests
{
    private const int Cuts = 64;
    private const int Flips = 200;

    // Milliseconds; far beyond what a load needs, so that only a hang meets it.
    private const int HangLimit = 60_000;

    // The exceptions by which a load, or the first scoring where a column's name was hit, may refuse a file, and who refuses so. ML.NET
    // puts a TargetInvocationException around what a loader throws, or an InvalidOperationException where the loader is its own.
    private static readonly Type[] Documented =
    [
        typeof(FormatException), // ML.NET: "Corrupt model file"; the pack: anything wrong with its own entries
        typeof(InvalidDataException), // the zip archive
        typeof(InvalidOperationException), // ML.NET: something of the file contradicts something else
        typeof(ArgumentException), // ML.NET: a component refuses a name or a number
        typeof(NotSupportedException), // ML.NET: its entry of the schema asks for a layout that it does not read
        typeof(IOException), // ML.NET: an entry ends too early, or names an assembly that is not there
    ];

    [TestMethod, EveryTrainer, Timeout(HangLimit)]
    public void TruncatedFile_IsRefused(TrainerCase trainer)
    {
        var saved = SavedModel.Of(trainer);
        for (var cut = 0; cut < Cuts; cut++)
        {
            AssertRefusedOrRight(saved, saved.File[..(int)((long)saved.File.Length * cut / Cuts)], $"{cut} of {Cuts} parts");
        }
    }

    [TestMethod, EveryTrainer(OneTask = true), Timeout(HangLimit)]
    public void FileWithOneByteChanged_IsRefusedOrGivesTheRightScores(TrainerCase trainer)
    {
        var saved = SavedModel.Of(trainer);
        var random = new Random(1);
        // ML.NET 5.0.1 reads its own schema for ever where the number of a vector's dimensions is damaged, with or without the pack.
        var (schema, end) = ModelFile.Schema(saved.File);
        for (var flip = 0; flip < Flips; flip++)
        {
            var at = random.Next(saved.File.Length - (end - schema));
            at += at < schema ? 0 : end - schema;
            var file = (byte[])saved.File.Clone();
            file[at] ^= (byte)(1 + random.Next(255));
            AssertRefusedOrRight(saved, file, $"byte {at} of {file.Length}");
        }
    }

    [TestMethod, EveryTrainer]
    public void AnyByteChangedInThePacksOwnEntries_IsRefused(TrainerCase trainer)
    {
        var saved = SavedModel.Of(trainer);
        var random = new Random(2);
        foreach (var name in ModelFile.Entries(saved.File).Keys.Where(IsOurs))
        {
            for (var i = 0; i < 20; i++)
            {
                var entries = ModelFile.Entries(saved.File);
                entries[name][random.Next(entries[name].Length)] ^= (byte)(1 + random.Next(255));
                Assert.IsTrue(IsRefused(ModelFile.Pack(entries), name), $"{name}, change {i}");
            }
        }
    }

    [TestMethod, EveryTrainer]
    public void FileWithoutOneOfThePacksEntries_IsRefused(TrainerCase trainer)
    {
        var saved = SavedModel.Of(trainer);
        foreach (var name in ModelFile.Entries(saved.File).Keys.Where(IsOurs))
        {
            Assert.IsTrue(IsRefused(ModelFile.Pack(ModelFile.Entries(saved.File).Where(entry => entry.Key != name)), name), name);
        }
    }

    [TestMethod, EveryTrainer]
    public void EntriesWithEscapingNames_AreNeverWritten(TrainerCase trainer)
    {
        var saved = SavedModel.Of(trainer);
        var root = Directory.CreateTempSubdirectory("model-escape-").FullName;
        var name = $"evil-{Guid.NewGuid():N}";
        var entries = ModelFile.Entries(saved.File);
        string[] escapes = [$"../{name}", $"../../{name}", $"..\\..\\{name}", $"{root}/{name}", $"TransformerChain/../../{name}"];
        foreach (var escape in escapes)
        {
            entries[escape] = [1];
        }
        var temporary = Directory.CreateDirectory(Path.Combine(root, "a", "b", "c")).FullName;
        var loaded = ModelFile.Load(new MLContext(9) { TempFilePath = temporary }, ModelFile.Pack(entries));
        Scores.AssertSame(saved.Scores, saved.ScoresOf(loaded));
        Assert.IsEmpty(Directory.GetFiles(root, "*evil*", SearchOption.AllDirectories));
        Assert.IsFalse(File.Exists(name) || File.Exists(Path.Combine("..", name)) || File.Exists(Path.Combine("..", "..", name)));
        Directory.Delete(root, recursive: true);
    }

    private static bool IsOurs(string name) =>
        name.EndsWith(ModelFile.Description, StringComparison.Ordinal) || name.EndsWith(ModelFile.Weights, StringComparison.Ordinal);

    private static void AssertRefusedOrRight(SavedModel saved, byte[] file, string where)
    {
        float[][] scores;
        try
        {
            scores = saved.ScoresOf(ModelFile.Load(new MLContext(9), file));
        }
        catch (Exception e)
        {
            AssertDocumented(e, where);
            return;
        }
        Assert.AreEqual(saved.Scores.Bits(), scores.Bits(), $"{where}: silently different scores");
    }

    private static bool IsRefused(byte[] file, string where)
    {
        try
        {
            ModelFile.Load(new MLContext(9), file);
            return false;
        }
        catch (Exception e)
        {
            AssertDocumented(e, where);
            return true;
        }
    }

    private static void AssertDocumented(Exception e, string where)
    {
        var cause = e;
        while (cause is TargetInvocationException { InnerException: { } inner })
        {
            cause = inner;
        }
        Assert.IsTrue(Documented.Any(type => type.IsInstanceOfType(cause)), $"{where}: {e}");
    }
}
