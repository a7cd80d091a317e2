using Microsoft.ML.Extensions.Samples;

namespace Microsoft.ML.Extensions.Tool.Tests;

/// <summary>The libtorch that the tool's package does without: which one it is, and what is said where there is none.</summary>
[TestClass]
public sealed class LibtorchPackageTests
{
    private readonly ToolFolder _folder = new();

    [TestCleanup]
    public void Delete() => _folder.Dispose();

    // The version is that of the package that this test runs on.
    [TestMethod]
    public void FetchedLibtorch_IsTorchSharps()
    {
        var carried = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Microsoft.ML.Extensions.Tool.Tests.deps.json"));
        var package = LibtorchPackage.Native("").Split(Path.DirectorySeparatorChar)[0];
        Assert.Contains($"\"{package}/{LibtorchPackage.Version}\"", carried);
    }

    [TestMethod]
    public void FolderWithoutLibraries_IsRefusedByTheFirstThatIsMissing_AndHowToNameAnother()
    {
        var message = Assert.ThrowsExactly<UsageException>(() => LibtorchPackage.LoadFrom(_folder.Path)).Message;
        Assert.MatchesRegex(@"^There is no (lib)?c10\.", message);
        Assert.Contains(_folder.Path, message);
        Assert.Contains($"{LibtorchPackage.FolderVariable} to a folder with the libraries of libtorch {LibtorchPackage.Version}", message);
    }

    [TestMethod]
    public void LibrariesOfAnotherForm_AreRefusedByTheirFolder()
    {
        foreach (var name in new[] { "c10", "torch_cpu", "torch" })
        {
            _folder.Write($"lib{name}.so", "no library");
            _folder.Write($"lib{name}.dylib", "no library");
            _folder.Write($"{name}.dll", "no library");
        }
        Assert.StartsWith($"libtorch cannot be loaded from '{_folder.Path}': ", Assert.ThrowsExactly<UsageException>(() => LibtorchPackage.LoadFrom(_folder.Path)).Message);
    }

    [TestMethod]
    public void PackageThatCannotBeFetched_IsNamed_WithTheReason()
    {
        var message = Assert.ThrowsExactly<UsageException>(() => LibtorchPackage.Fetch("libtorch-cpu@one", _folder.Path)).Message;
        Assert.StartsWith("The package libtorch-cpu@one could not be fetched: Invalid version value 'one'. Set MLX_LIBTORCH", message);
    }
}
