using Microsoft.ML.Extensions.Fuzz;
using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Contract.Tests;

/// <summary>A short run of the fuzzer over every kind of file that is read, and what the fuzzer itself must find.</summary>
[TestClass]
public sealed class FuzzTests
{
    private const int Inputs = 100;
    private const int HangLimit = 60_000;

    private readonly string _folder = Directory.CreateTempSubdirectory("fuzz-").FullName;

    public static IEnumerable<object[]> Kinds => FuzzKind.All.Select(kind => new object[] { kind.Name });

    [TestCleanup]
    public void Delete() => Directory.Delete(_folder, recursive: true);

    [TestMethod, DynamicData(nameof(Kinds)), Timeout(HangLimit)]
    public void FilesToBeginWith_AreTaken(string kind)
    {
        foreach (var seed in FuzzKind.Named(kind).Seeds(_folder))
        {
            Assert.IsTrue(seed.Try(seed.File), seed.Name);
        }
    }

    [TestMethod, DynamicData(nameof(Kinds)), Timeout(HangLimit)]
    public void FilesOfTheCorpusAndChangedOnes_AreTakenOrRefused(string kind)
    {
        var lines = new List<string>();
        var corpus = new Corpus(Directory.CreateDirectory(Path.Combine(_folder, "corpus")).FullName);
        foreach (var (seed, path) in Corpus.Shipped.Found(kind))
        {
            corpus.Keep(kind, seed, File.ReadAllBytes(path));
        }
        var loop = new FuzzLoop(FuzzKind.Named(kind), corpus, lines.Add, measuresMemory: false);
        loop.Run(FuzzKind.Named(kind).Seeds(_folder), 20, int.MinValue, Inputs);
        Assert.AreEqual(0, loop.Findings, string.Join('\n', lines));
    }

    [TestMethod]
    public void Input_DependsOnSeedAndNumberAlone()
    {
        var seeds = FuzzKind.Named("ts").Seeds(_folder);
        for (var index = 0; index < 20; index++)
        {
            CollectionAssert.AreEqual(FuzzKind.Input(seeds, 1, index).File, FuzzKind.Input(seeds, 1, index).File);
        }
        Assert.IsTrue(Enumerable.Range(0, 20)
            .Any(index => !FuzzKind.Input(seeds, 1, index).File.SequenceEqual(FuzzKind.Input(seeds, 2, index).File)));
    }

    // The traps lie in the corpus, which is tried first; the hang comes last, since it takes the ten seconds that it may.
    [TestMethod]
    public void EveryTrap_IsFound_AndKept()
    {
        var corpus = new Corpus(Path.Combine(_folder, "corpus"));
        string[] traps = ["crash", "end", "fine", "memory", "refused", "stack", "hang"];
        foreach (var (trap, index) in traps.Select((trap, index) => (trap, index)))
        {
            corpus.Keep("trap", trap, [(byte)index]);
        }
        var run = ChildProcess.Run("Microsoft.ML.Extensions.Fuzz", "trap", "--inputs", "0", "--corpus", corpus.Folder);
        Assert.AreEqual(1, run.ExitCode, run.Output + run.Errors);
        foreach (var fragment in new[]
        {
            "InvalidOperationException: another exception", "the process ended with 3", "memory: ", "Stack overflow", "a hang: ",
                "1 taken", "1 refused", "5 findings of 5 faults",
        })
        {
            if (fragment != "memory: " || OperatingSystem.IsLinux())
            {
                StringAssert.Contains(run.Output, fragment);
            }
        }
        Assert.HasCount(traps.Length, corpus.Found("trap"));
    }
}
