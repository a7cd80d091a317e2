using Microsoft.ML.Extensions.Torch;

namespace Microsoft.ML.Extensions.Core.Tests.Torch;

[TestClass]
public sealed class PrivateCopyTests
{
    private static readonly byte[] Original = [1, 2, 3];
    private static readonly byte[] Edited = [.. Enumerable.Range(0, 100_000).Select(i => (byte)i)];

    private readonly string _root = Directory.CreateTempSubdirectory("private-copy-").FullName;

    private string Cache => Path.Combine(_root, "a", "b");

    [TestCleanup]
    public void Delete() => Directory.Delete(_root, recursive: true);

    [TestMethod]
    public void Place_Again_LeavesTheFileAlone()
    {
        var path = PrivateCopy.Place(Cache, Original, Edited);
        var past = new DateTime(2001, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        File.SetLastWriteTimeUtc(path, past);
        Assert.AreEqual(path, PrivateCopy.Place(Cache, Original, Edited));
        Assert.AreEqual(past, File.GetLastWriteTimeUtc(path));
    }

    [TestMethod]
    public void Place_OverSpoiltCopy_ReplacesIt()
    {
        var path = PrivateCopy.Place(Cache, Original, Edited);
        File.WriteAllBytes(path, [.. Edited[..^1], 0xAA]);
        PrivateCopy.Place(Cache, Original, Edited);
        CollectionAssert.AreEqual(Edited, File.ReadAllBytes(path));
    }

    [TestMethod]
    public void Place_OfAnotherOriginal_TakesAnotherName() =>
        Assert.AreNotEqual(PrivateCopy.Place(Cache, Original, Edited), PrivateCopy.Place(Cache, [4], Edited));

    [TestMethod]
    public void Place_ByManyAtOnce_LeavesOneWholeFile()
    {
        Parallel.For(0, 16, _ => CollectionAssert.AreEqual(Edited, File.ReadAllBytes(PrivateCopy.Place(Cache, Original, Edited))));
        Assert.HasCount(1, Directory.GetFiles(Cache));
    }

    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    public void Place_InFolderOpenToOthers_ClosesIt()
    {
        if (!OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(Cache);
            File.SetUnixFileMode(Cache, (UnixFileMode)0b111_111_111);
            PrivateCopy.Place(Cache, Original, Edited);
            Assert.AreEqual(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Cache));
        }
    }
}
