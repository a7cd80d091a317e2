using Microsoft.ML.Extensions.Torch;

namespace Microsoft.ML.Extensions.Core.Tests.Torch;

[TestClass]
public sealed class NativeFoldersTests
{
    [TestMethod]
    public void Find_TakesTheFirstFolderThatHasTheFile()
    {
        var folder = Path.GetDirectoryName(typeof(NativeFolders).Assembly.Location)!;
        Assert.AreEqual(Path.Combine(folder, "TorchSharp.dll"), NativeFolders.Find("TorchSharp.dll", ["/nowhere", folder, "/"]));
        Assert.IsNull(NativeFolders.Find("TorchSharp.dll", ["/nowhere"]));
    }
}
