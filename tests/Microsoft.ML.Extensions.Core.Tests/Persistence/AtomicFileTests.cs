using Microsoft.ML.Extensions.Persistence;

namespace Microsoft.ML.Extensions.Core.Tests.Persistence;

[TestClass]
public sealed class AtomicFileTests
{
    private readonly string _folder = Directory.CreateTempSubdirectory("atomic-file-").FullName;

    private string Target => Path.Combine(_folder, "weights.bin");

    [TestCleanup]
    public void Delete() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    public void Write_OverAnOlderFile_LeavesTheNewOneAlone()
    {
        AtomicFile.Write(Target, [1, 2, 3]);
        AtomicFile.Write(Target, [4]);
        CollectionAssert.AreEqual(new byte[] { 4 }, File.ReadAllBytes(Target));
        Assert.HasCount(1, Directory.GetFiles(_folder));
    }

    [TestMethod]
    public void Write_ByManyAtOnce_LeavesOneOfTheFilesWhole()
    {
        // Often enough that one writer meets the other between the making of its file and the lock.
        Parallel.For(0, 800, new ParallelOptions { MaxDegreeOfParallelism = 16 }, i =>
            AtomicFile.Write(Target, [.. Enumerable.Repeat((byte)i, 10_000)]));
        var bytes = File.ReadAllBytes(Target);
        Assert.HasCount(10_000, bytes);
        Assert.IsTrue(bytes.All(value => value == bytes[0]));
        Assert.HasCount(1, Directory.GetFiles(_folder));
    }

    [TestMethod]
    public void Write_IntoMissingFolder_NamesIt()
    {
        var missing = Path.Combine(_folder, "missing");
        var e = Assert.ThrowsExactly<IOException>(() => AtomicFile.Write(Path.Combine(missing, "weights.bin"), [1]));
        StringAssert.Contains(e.Message, $"'{missing}'");
    }

    [TestMethod]
    public void Write_OverAFolder_SaysSoAndLeavesNothingBehind()
    {
        Directory.CreateDirectory(Target);
        var e = Assert.Throws<Exception>(() => AtomicFile.Write(Target, [1]));
        Assert.IsTrue(e is IOException or UnauthorizedAccessException);
        StringAssert.Contains(e.Message, $"'{_folder}'");
        Assert.IsEmpty(Directory.GetFiles(_folder));
    }

    [TestMethod]
    public void Write_RemovesWhatAKilledProcessLeft_AndNothingElse()
    {
        var left = $"{Target}.{Guid.NewGuid():N}.tmp";
        string[] others = [$"{Target}.backup.tmp", Path.Combine(_folder, $"other.bin.{Guid.NewGuid():N}.tmp")];
        foreach (var file in (string[])[left, .. others])
        {
            File.WriteAllBytes(file, [9]);
        }
        AtomicFile.Write(Target, [1]);
        CollectionAssert.AreEquivalent((string[])[Target, .. others], Directory.GetFiles(_folder));
    }

    [TestMethod]
    public void Write_LeavesTheFileThatAnotherIsWriting()
    {
        AtomicFile.Write(Target, stream =>
        {
            AtomicFile.Write(Target, [2]);
            stream.WriteByte(1);
        });
        CollectionAssert.AreEqual(new byte[] { 1 }, File.ReadAllBytes(Target));
        Assert.HasCount(1, Directory.GetFiles(_folder));
    }

    [TestMethod]
    public void Write_ThatFails_KeepsTheOldFileAndLeavesNothingBehind()
    {
        AtomicFile.Write(Target, [1]);
        Assert.ThrowsExactly<NotSupportedException>(() => AtomicFile.Write(Target, stream =>
        {
            stream.WriteByte(2);
            throw new NotSupportedException();
        }));
        CollectionAssert.AreEqual(new byte[] { 1 }, File.ReadAllBytes(Target));
        Assert.HasCount(1, Directory.GetFiles(_folder));
    }

    [TestMethod]
    public void Write_ThroughALink_ReplacesWhatItPointsTo()
    {
        var real = Path.Combine(_folder, "real.bin");
        AtomicFile.Write(real, [1]);
        File.CreateSymbolicLink(Target, real);
        AtomicFile.Write(Target, [2]);
        CollectionAssert.AreEqual(new byte[] { 2 }, File.ReadAllBytes(real));
        Assert.IsNotNull(File.ResolveLinkTarget(Target, returnFinalTarget: false));
    }
}
