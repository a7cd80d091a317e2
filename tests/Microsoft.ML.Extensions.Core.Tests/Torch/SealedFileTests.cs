using Microsoft.ML.Extensions.Torch;

namespace Microsoft.ML.Extensions.Core.Tests.Torch;

[TestClass]
[OSCondition(OperatingSystems.Linux)]
public sealed class SealedFileTests
{
    private static readonly byte[] Bytes = [.. Enumerable.Range(0, 100_000).Select(i => (byte)i)];

    [TestMethod]
    public void Create_HoldsTheBytes() => CollectionAssert.AreEqual(Bytes, File.ReadAllBytes(SealedFile.Create("sealed", Bytes)));

    [TestMethod]
    public void Create_Twice_GivesTwoFiles()
    {
        var (first, second) = (SealedFile.Create("sealed", Bytes), SealedFile.Create("sealed", [1]));
        Assert.AreNotEqual(first, second);
        CollectionAssert.AreEqual(Bytes, File.ReadAllBytes(first));
    }

    [TestMethod]
    public void Create_LeavesAFileThatNobodyCanWriteTo()
    {
        var path = SealedFile.Create("sealed", Bytes);
        using (var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 0))
        {
            AssertRefused(() => file.Write([1]));
            AssertRefused(() => file.SetLength(1));
            AssertRefused(() => file.SetLength(Bytes.Length + 1));
        }
        CollectionAssert.AreEqual(Bytes, File.ReadAllBytes(path));
    }

    private static void AssertRefused(Action change)
    {
        try
        {
            change();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return;
        }
        Assert.Fail("The file was changed.");
    }
}
